package dev.outpour.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import ch.qos.logback.core.spi.FilterReply;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AcceptFailuresTest {

  private static final Logger NETTY =
      (Logger) LoggerFactory.getLogger("io.netty.channel.DefaultChannelPipeline");

  private final Logger own = (Logger) LoggerFactory.getLogger(AcceptFailures.class);
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();
  private final AcceptFailures filter = new AcceptFailures();

  @BeforeEach
  void listen() {
    said.start();
    own.addAppender(said);
  }

  @AfterEach
  void listenNoMore() {
    own.detachAppender(said);
  }

  private FilterReply decide(Logger logger, Level level, String message) {
    return filter.decide(null, logger, level, "", null, new IOException(message));
  }

  @Test
  void oneLineIsSaidForManyAndNothingElseIsKeptBack() {
    for (int i = 0; i < 10; i++) {
      String full = "accept(..) failed with error(-24): Too many open files";
      assertThat(decide(NETTY, Level.WARN, full)).isEqualTo(FilterReply.DENY);
    }
    assertThat(said.list)
        .singleElement()
        .extracting(ILoggingEvent::getFormattedMessage)
        .isEqualTo(
            "No connection can be accepted (accept(..) failed with error(-24): Too many open"
                + " files): let the process open more files (ulimit -n, LimitNOFILE), or close"
                + " other files");
    assertThat(decide(NETTY, Level.WARN, "Broken pipe")).isEqualTo(FilterReply.NEUTRAL);
    assertThat(filter.decide(null, NETTY, Level.INFO, "", null, null))
        .isEqualTo(FilterReply.NEUTRAL);
  }

  @Test
  void moreOpenFilesAreAdvisedOnlyWhereTheyAreWhatIsMissing() {
    for (int i = 0; i < 10; i++) {
      String full = "accept(..) failed with error(-105): No buffer space available";
      assertThat(decide(NETTY, Level.WARN, full)).isEqualTo(FilterReply.DENY);
    }
    assertThat(said.list)
        .singleElement()
        .extracting(ILoggingEvent::getFormattedMessage)
        .isEqualTo(
            "No connection can be accepted (accept(..) failed with error(-105): No buffer space"
                + " available)");
  }

  @Test
  void whatOthersThanNettySayIsLeftAloneAndSoIsWhatIsNoWarning() {
    String full = "accept(..) failed with error(-24): Too many open files";
    assertThat(decide(own, Level.WARN, full)).isEqualTo(FilterReply.NEUTRAL);
    assertThat(decide(own, Level.WARN, "Too many open files")).isEqualTo(FilterReply.NEUTRAL);
    assertThat(decide(NETTY, Level.DEBUG, full)).isEqualTo(FilterReply.NEUTRAL);
    assertThat(said.list).isEmpty();
  }
}
