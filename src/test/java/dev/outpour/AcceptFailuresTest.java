package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import ch.qos.logback.core.spi.FilterReply;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AcceptFailuresTest {

  @Test
  void oneLineIsSaidForManyAndNothingElseIsKeptBack() {
    Logger own = (Logger) LoggerFactory.getLogger(AcceptFailures.class);
    ListAppender<ILoggingEvent> said = new ListAppender<>();
    said.start();
    own.addAppender(said);
    AcceptFailures filter = new AcceptFailures();
    try {
      for (int i = 0; i < 10; i++) {
        IOException full =
            new IOException("accept(..) failed with error(-24): Too many open files");
        assertThat(filter.decide(null, own, Level.WARN, "", null, full))
            .isEqualTo(FilterReply.DENY);
      }
    } finally {
      own.detachAppender(said);
    }
    assertThat(said.list)
        .singleElement()
        .extracting(ILoggingEvent::getFormattedMessage)
        .asString()
        .contains("No connection can be accepted", "ulimit -n");
    assertThat(filter.decide(null, own, Level.WARN, "", null, new IOException("Broken pipe")))
        .isEqualTo(FilterReply.NEUTRAL);
    assertThat(filter.decide(null, own, Level.INFO, "", null, null)).isEqualTo(FilterReply.NEUTRAL);
  }
}
