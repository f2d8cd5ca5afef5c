package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.AsyncAppenderBase;
import ch.qos.logback.core.ConsoleAppender;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/** Logging never waits for the reader of the output. */
class LogOutputTest {

  /** An output that nobody reads. */
  private static final class Stuck extends OutputStream {
    private final CountDownLatch freed = new CountDownLatch(1);

    @Override
    public void write(int octet) {
      try {
        freed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void eventLoopsGoOnWhileNobodyTakesTheirLines() throws Exception {
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(LogOutputTest.class.getResource("/logback.xml"));
    AsyncAppenderBase<?> async =
        (AsyncAppenderBase<?>) context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("ASYNC");
    ConsoleAppender<?> console = (ConsoleAppender<?>) async.getAppender("CONSOLE");
    Stuck stuck = new Stuck();
    console.setOutputStream(stuck);
    Thread loop =
        new Thread(
            () -> {
              for (int i = 0; i < 5_000; i++) {
                context.getLogger("loop").error("The {}th line", i);
              }
            });
    loop.setDaemon(true);
    loop.start();
    try {
      loop.join(TimeUnit.SECONDS.toMillis(10));
      assertThat(loop.isAlive()).isFalse();
    } finally {
      stuck.freed.countDown();
      context.stop();
    }
  }
}
