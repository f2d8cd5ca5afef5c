package dev.outpour.http.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.bus.LogMessage;
import dev.outpour.update.Refusal;
import dev.outpour.update.Start;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the log is asked for readers who arrive. */
class StartLocatorTest {

  private final SubscribersRig rig = new SubscribersRig();

  @AfterEach
  void stop() {
    rig.close();
  }

  private static <T extends LogMessage> T await(Queue<LogMessage> asked, Class<T> kind) {
    Await.until(() -> asked.stream().anyMatch(kind::isInstance), asked::toString);
    return kind.cast(asked.stream().filter(kind::isInstance).findFirst().orElseThrow());
  }

  @Test
  void questionOfAReaderIsTakenBackWhenItLeaves() {
    Queue<LogMessage> asked = rig.questions();
    rig.ownerRefuses(Optional.empty());
    SubscribersRig.Reader reader = rig.enter(new Start.Newest(1), "a/*");
    LogMessage.Locate question = await(asked, LogMessage.Locate.class);
    rig.on(reader.stream()::closed);
    assertThat(await(asked, LogMessage.Withdraw.class))
        .isEqualTo(new LogMessage.Withdraw(question.asking().node(), question.asking().number()));
  }

  @Test
  void readerWhoseQuestionWasGivenUpIsSentAwayToComeBack() {
    rig.ownerRefuses(Optional.of(Refusal.tooLate()));
    SubscribersRig.Reader reader = rig.enter(new Start.Newest(1), "a/*");
    Await.until(
        () -> rig.on(() -> reader.stream().isClosed()), () -> "state " + reader.stream().state);
    assertThat(reader.socket().words())
        .singleElement()
        .satisfies(
            word -> {
              assertThat(word.name()).isEqualTo("outpour.closing");
              assertThat(word.data()).contains("unavailable");
            });
  }
}
