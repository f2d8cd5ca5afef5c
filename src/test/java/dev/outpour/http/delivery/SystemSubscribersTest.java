package dev.outpour.http.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.outpour.SseParser.Event;
import dev.outpour.http.stream.SystemMessage;
import dev.outpour.http.stream.TransferCoding;
import dev.outpour.sse.EventEncoder;
import dev.outpour.update.Interest;
import dev.outpour.update.Start;
import dev.outpour.update.Topic;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is told what the hub itself tells, and how much of that in one turn. */
class SystemSubscribersTest {

  private final Queue<Runnable> turns = new ArrayDeque<>();
  private final SystemSubscribers notices =
      new SystemSubscribers(vertx(), (stream, why) -> fail(why));

  private record Reader(Subscriber stream, RecordingWriter socket) {

    List<String> data() {
      return socket.events().stream().map(Event::data).toList();
    }
  }

  /** Keeps what is to be done in a later turn. */
  private Vertx vertx() {
    return (Vertx)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Vertx.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("runOnContext");
              @SuppressWarnings("unchecked")
              Handler<Void> handler = (Handler<Void>) arguments[0];
              turns.add(() -> handler.handle(null));
              return null;
            });
  }

  private Reader enter(Topic... topics) {
    RecordingWriter socket = new RecordingWriter();
    Interest interest = new Interest(Set.of(topics), Set.of());
    InterestGroup group =
        new InterestGroup(
            new InterestGroup.Want(interest, EventEncoder.Form.PLAIN, TransferCoding.PLAIN));
    Subscriber stream = new Subscriber(group, new Start.Now(), socket);
    notices.enter(stream);
    return new Reader(stream, socket);
  }

  private static SystemMessage notice(Topic topic, int number) {
    return new SystemMessage(topic, Instant.EPOCH, Integer.toString(number));
  }

  private static Topic topic(int number) {
    return new Topic("t/" + number).presence();
  }

  @Test
  void thoseOfItsTopicAreToldAndNewcomersAlone() {
    Reader one = enter(topic(1));
    Reader both = enter(topic(1), topic(2));
    notices.tell(notice(topic(1), 7));
    Reader late = enter(topic(1));
    notices.tellNew(notice(topic(1), 7));
    notices.tellNew(notice(topic(2), 8));
    notices.tellNew(notice(topic(2), 9));
    assertThat(one.data()).containsExactly("7");
    assertThat(both.data()).containsExactly("7", "8");
    assertThat(late.data()).containsExactly("7");
    notices.leave(one.stream());
    notices.tell(notice(topic(1), 10));
    assertThat(one.data()).hasSize(1);
    assertThat(both.data()).endsWith("10");
    assertThat(notices.size()).isEqualTo(2);
  }

  @Test
  void manyAreToldInSlicesAndTheNewestWhereItComesBetween() {
    List<Reader> readers = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      readers.add(enter(topic(1)));
    }
    notices.tell(notice(topic(1), 1));
    assertThat(turns).hasSize(1);
    Reader last = readers.get(readers.size() - 1);
    assertThat(last.data()).isEmpty();
    notices.tell(notice(topic(1), 2));
    int slices = 0;
    for (Runnable turn = turns.poll(); turn != null; turn = turns.poll()) {
      turn.run();
      slices++;
    }
    assertThat(slices).isGreaterThan(2);
    assertThat(readers).allMatch(reader -> reader.data().get(reader.data().size() - 1).equals("2"));
    assertThat(last.data()).containsExactly("2");
  }
}
