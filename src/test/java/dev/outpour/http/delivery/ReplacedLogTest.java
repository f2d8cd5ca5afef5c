package dev.outpour.http.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.SseParser.Event;
import dev.outpour.bus.LogMessage;
import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.bus.MessageBus;
import dev.outpour.history.History.Retained;
import dev.outpour.http.stream.PendingWrites;
import dev.outpour.http.stream.TransferCoding;
import dev.outpour.log.LocalLog;
import dev.outpour.metrics.Metrics;
import dev.outpour.sse.EventEncoder;
import dev.outpour.update.Lineage;
import dev.outpour.update.LogHead;
import dev.outpour.update.Page;
import dev.outpour.update.Samples;
import dev.outpour.update.Start;
import dev.outpour.update.Topic;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What readers get of a log that has gone another way, as a restored copy does. */
class ReplacedLogTest {

  /** Two lines of one log, which part after 2. */
  private static final Lineage BEFORE = lineage("before00");

  private static final Lineage COPY = lineage("restored");

  private static Lineage lineage(String epoch) {
    return new Lineage(List.of(Samples.LINEAGE.current(), new Lineage.Epoch(epoch, 3)));
  }

  private static LogDescription description(Lineage lineage, long last) {
    return new LogDescription(new Topic("updates"), true, new LogHead("log", lineage, 1, last));
  }

  private static Page page(Lineage lineage, long from, long to) {
    return new Page(
        lineage,
        1,
        from,
        to,
        LongStream.rangeClosed(from + 1, to)
            .mapToObj(n -> Samples.draft(lineage.at(n) + " it is", "a").at(lineage.at(n), n))
            .toList());
  }

  @Test
  void answerOfTheLogBeforeThatComesLateIsNotGivenToThem() {
    try (OneThread thread = OneThread.inMemory(1)) {
      ManualTimers timers = new ManualTimers(thread.vertx());
      LocalLog log = thread.log();
      Queue<Message<LogMessage>> questions = new ArrayDeque<>();
      RecordingWriter socket = new RecordingWriter();
      thread.run(
          () -> {
            Subscribers audience =
                new Subscribers(
                    timers.vertx(), log, Metrics.NONE, PendingWrites.ofOneLoop(), 120_000);
            return log.bus()
                .answer(MessageBus.LOG, questions::add)
                .compose(
                    listening -> {
                      log.own(
                          description(BEFORE, 2),
                          batches -> Future.failedFuture("Not asked for here"),
                          () -> new Retained(0, 0));
                      audience.grown();
                      enter(audience, new Start.After(BEFORE.at(1)), socket);
                      return thread.turns(5);
                    })
                .compose(
                    asked -> {
                      log.own(
                          description(COPY, 2),
                          batches -> Future.failedFuture("Not asked for here"),
                          () -> new Retained(0, 0));
                      log.grow(description(COPY, 5), page(COPY, 2, 5));
                      audience.grown();
                      answer(questions.remove(), page(BEFORE, 1, 5));
                      return thread.turns(5);
                    })
                .compose(
                    answered -> {
                      timers.fire();
                      return thread.turns(5);
                    })
                .compose(
                    askedAgain -> {
                      questions.forEach(question -> answer(question, page(COPY, 1, 5)));
                      return thread.turns(5);
                    });
          });
      assertThat(socket.events())
          .extracting(Event::id)
          .containsExactly("k3f9QzT1-2", "restored-3", "restored-4", "restored-5");
      assertThat(socket.isEnded()).isFalse();
    }
  }

  private static void enter(Subscribers audience, Start start, RecordingWriter socket) {
    InterestGroup group =
        audience.group(
            new InterestGroup.Want(
                Samples.interest("a"), EventEncoder.Form.PLAIN, TransferCoding.PLAIN));
    audience.enter(new Subscriber(group, start, socket));
  }

  private static void answer(Message<LogMessage> question, Page page) {
    MessageBus.reply(question, new LogMessage.Read(page));
  }
}
