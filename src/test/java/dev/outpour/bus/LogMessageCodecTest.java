package dev.outpour.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.outpour.auth.Revocation;
import dev.outpour.update.Batch;
import dev.outpour.update.Gap;
import dev.outpour.update.Generators;
import dev.outpour.update.Lineage;
import dev.outpour.update.LogHead;
import dev.outpour.update.Outcome;
import dev.outpour.update.Page;
import dev.outpour.update.Position;
import dev.outpour.update.Refusal;
import dev.outpour.update.Samples;
import dev.outpour.update.Start;
import dev.outpour.update.StartPosition;
import dev.outpour.update.Topic;
import dev.outpour.update.Truncation;
import dev.outpour.update.Update;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class LogMessageCodecTest {

  private static final LogMessage.Asking ASKING = new LogMessage.Asking("node", 1, 1_000);

  private final LogMessageCodec codec = new LogMessageCodec();

  private static Arbitrary<Long> numbers() {
    return Arbitraries.longs();
  }

  /** Positions in a log. */
  private static Arbitrary<Long> places() {
    return Arbitraries.longs().between(0, Long.MAX_VALUE);
  }

  private static Arbitrary<Lineage> lineages() {
    return Generators.positions()
        .map(position -> new Lineage.Epoch(position.epoch(), position.sequence()))
        .list()
        .ofMinSize(1)
        .ofMaxSize(3)
        .map(Lineage::new);
  }

  private static Arbitrary<LogHead> heads() {
    return Combinators.combine(
            Generators.texts(), lineages(), numbers(), numbers(), Arbitraries.of(true, false))
        .as(LogHead::new);
  }

  /** Valid pages: with updates in order and within the range, or damaged. */
  private static Arbitrary<Page> pages() {
    return Combinators.combine(
            lineages(),
            numbers(),
            Arbitraries.longs().between(0, 1L << 40),
            Arbitraries.longs().between(3, 1L << 40),
            Generators.updates().list().ofMaxSize(3))
        .as(
            (lineage, earliest, from, more, all) ->
                new Page(lineage, earliest, from, from + more, placed(all, from), all.isEmpty()));
  }

  private static List<Update> placed(List<Update> all, long from) {
    List<Update> placed = new ArrayList<>();
    for (Update update : all) {
      Position position = new Position(update.position().epoch(), from + placed.size() + 1);
      placed.add(
          new Update(
              position,
              update.timeMillis(),
              update.topics(),
              update.event(),
              update.form(),
              update.end(),
              update.data()));
    }
    return placed;
  }

  /** A page is not beyond the head. */
  private static LogMessage.Grown grown(LogMessage.LogDescription log, Page page) {
    LogHead head = log.head();
    long last = Math.max(head.last(), page.to());
    return new LogMessage.Grown(
        new LogMessage.LogDescription(
            log.defaultTopic(),
            log.durable(),
            new LogHead(head.logId(), head.lineage(), head.earliest(), last, head.hasEnds())),
        page);
  }

  private static Arbitrary<LogMessage.LogDescription> logs() {
    return Combinators.combine(Generators.topics(), Arbitraries.of(true, false), heads())
        .as(LogMessage.LogDescription::new);
  }

  private static Arbitrary<Outcome> outcomes() {
    Arbitrary<Outcome.Receipt> receipts =
        Combinators.combine(Generators.positions(), Arbitraries.of(true, false))
            .as(Outcome.Receipt::new);
    Arbitrary<Refusal> refusals =
        Combinators.combine(
                Arbitraries.integers().between(400, 599),
                Generators.texts(),
                Arbitraries.integers().between(0, 60))
            .as(Refusal::new);
    return Combinators.combine(receipts.list().ofMaxSize(3), refusals.optional()).as(Outcome::new);
  }

  private static Arbitrary<Start> starts() {
    return Arbitraries.oneOf(
        Arbitraries.of(new Start.Now(), new Start.Earliest(), new Start.Unreadable()),
        Generators.positions().map(Start.After::new),
        Arbitraries.integers().between(1, Start.Newest.MAX).map(Start.Newest::new));
  }

  private static Arbitrary<LogMessage.Asking> askings() {
    return Combinators.combine(Generators.texts(), numbers(), numbers()).as(LogMessage.Asking::new);
  }

  private static Arbitrary<StartPosition> locateds() {
    Arbitrary<Truncation> truncations =
        Combinators.combine(
                Generators.positions().optional(), Arbitraries.of(Truncation.Reason.class))
            .as(Truncation::new);
    Arbitrary<Map<Topic, Long>> ended =
        Arbitraries.maps(Generators.topics(), numbers()).ofMaxSize(3);
    return Combinators.combine(numbers(), heads(), truncations.optional(), ended)
        .as(StartPosition::new);
  }

  private static Arbitrary<Revocation> revocations() {
    return Combinators.combine(Generators.texts().filter(Revocation::isName), numbers())
        .as(Revocation::new);
  }

  @Provide
  Arbitrary<LogMessage> messages() {
    Arbitrary<Batch> batches = Generators.drafts().list().ofMaxSize(3).map(Batch::new);
    return Arbitraries.oneOf(
        Combinators.combine(Generators.texts().optional(), batches.list().ofMaxSize(3))
            .as(LogMessage.Append::new),
        outcomes().list().ofMaxSize(3).map(LogMessage.Appended::new),
        Combinators.combine(Generators.texts().optional(), places(), Generators.texts().optional())
            .as(LogMessage.Follow::new),
        Combinators.combine(logs(), pages()).as(LogMessageCodecTest::grown),
        Combinators.combine(Generators.texts(), places(), Generators.texts().optional())
            .as(LogMessage.ReadAfter::new),
        pages().map(LogMessage.Read::new),
        Combinators.combine(
                Generators.texts(),
                starts(),
                Generators.interests(),
                askings(),
                Generators.texts().optional())
            .as(LogMessage.Locate::new),
        locateds().map(LogMessage.Found::new),
        Combinators.combine(Generators.texts(), places(), Generators.interests(), askings())
            .as(LogMessage.Seek::new),
        Combinators.combine(Generators.texts(), numbers()).as(LogMessage.Withdraw::new),
        Combinators.combine(
                Arbitraries.longs().between(0, 1L << 40), Arbitraries.longs().between(0, 1L << 40))
            .as((from, more) -> new LogMessage.Sought(new Gap(from, from + more))),
        Combinators.combine(numbers(), revocations().list().ofMaxSize(3))
            .as(LogMessage.Revoked::new),
        Arbitraries.oneOf(
            Combinators.combine(Generators.texts().optional(), places(), mosts())
                .as(LogMessage.ListReaders::new),
            Combinators.combine(Generators.texts(), mosts()).as(LogMessage.ListTopics::new),
            places().map(LogMessage.EndReader::new),
            Generators.topics().set().ofMaxSize(3).map(LogMessage.CountReaders::new),
            Generators.texts().map(LogMessage.Listed::new),
            Generators.texts().map(LogMessage.Watched::new),
            Combinators.combine(
                    Generators.texts(), Generators.texts(), places(), Generators.texts())
                .as(LogMessage.Told::new)));
  }

  private static Arbitrary<Integer> mosts() {
    return Arbitraries.integers().between(0, LogMessage.MOST_LISTED);
  }

  private Buffer written(LogMessage message) {
    Buffer wire = Buffer.buffer();
    codec.encodeToWire(wire, message);
    return wire;
  }

  @Property
  void everyMessageComesBackAsItWas(
      @ForAll("messages") LogMessage message, @ForAll @IntRange(max = 20) int before) {
    Buffer wire = Buffer.buffer(new byte[before]);
    codec.encodeToWire(wire, message);
    assertThat(codec.decodeFromWire(before, wire)).isEqualTo(message);
  }

  @Property(tries = 150)
  void messageThatIsCutAnywhereIsRefused(@ForAll("messages") LogMessage message) {
    Buffer wire = written(message);
    for (int length = 0; length < wire.length(); length++) {
      Buffer cut = wire.getBuffer(0, length);
      assertThat(catchThrowable(() -> LogMessageCodec.read(0, cut)))
          .as("cut at " + length)
          .isInstanceOf(RuntimeException.class);
    }
  }

  @Property(tries = 80)
  void lengthsBeyondTheMessageAllocateNothing(@ForAll("messages") LogMessage message) {
    Buffer wire = written(message);
    for (int at = 1; at + Integer.BYTES <= wire.length(); at++) {
      for (int length : new int[] {Integer.MAX_VALUE, Integer.MIN_VALUE, -1, wire.length()}) {
        assertRefusedOrRead(wire.copy().setInt(at, length));
      }
    }
  }

  @Property
  void rubbishIsRefusedOrRead(@ForAll byte[] bytes) {
    assertRefusedOrRead(Buffer.buffer(bytes));
  }

  /** Decodes, or fails with an exception. */
  private void assertRefusedOrRead(Buffer wire) {
    Throwable failure = catchThrowable(() -> LogMessageCodec.read(0, wire));
    assertThat(failure == null || failure instanceof RuntimeException).isTrue();
  }

  @Example
  void whatIsNoPlaceInALogIsRefused() {
    Page page = Samples.page(3, 5);
    LogMessage.LogDescription behind =
        new LogMessage.LogDescription(Topic.parse("updates"), true, Samples.head(4));
    Page outside = new Page(Samples.LINEAGE, 1, 3, 5, Samples.updates(3, 6));
    Page disordered =
        new Page(Samples.LINEAGE, 1, 3, 5, List.of(page.updates().get(1), page.updates().get(0)));
    for (LogMessage message :
        List.of(
            new LogMessage.Follow(Optional.empty(), -1),
            new LogMessage.ReadAfter("log", Long.MIN_VALUE),
            new LogMessage.Seek("log", -1, Samples.interest("a"), ASKING),
            new LogMessage.Locate("log", new Start.Newest(0), Samples.interest("a"), ASKING),
            new LogMessage.Locate("log", new Start.Newest(10_001), Samples.interest("a"), ASKING),
            new LogMessage.Locate(
                "log",
                new Start.After(new Position(Samples.EPOCH, -1)),
                Samples.interest("a"),
                ASKING),
            new LogMessage.Read(outside),
            new LogMessage.Read(disordered),
            new LogMessage.Grown(behind, page))) {
      assertThat(catchThrowable(() -> LogMessageCodec.read(0, written(message))))
          .as("%s", message)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Property
  void whatCannotBeReadIsHandedOnAsThat(@ForAll byte[] bytes) {
    Buffer wire = Buffer.buffer(bytes);
    LogMessage message = codec.decodeFromWire(0, wire);
    boolean fails = catchThrowable(() -> LogMessageCodec.read(0, wire)) != null;
    assertThat(message instanceof LogMessage.Unreadable).isEqualTo(fails);
  }

  @Example
  void whatCannotBeALineOfAFileIsNoRevocation() {
    for (String name : List.of("", " a", "a\nb", "a\u0000", "a".repeat(257))) {
      LogMessage message = new LogMessage.Revoked(1, List.of(new Revocation(name, 1)));
      assertThat(catchThrowable(() -> LogMessageCodec.read(0, written(message))))
          .as("%s", name)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Example
  void insideOneProcessAMessageIsPassedAsItIs() {
    LogMessage message = new LogMessage.ReadAfter("log", 1);
    assertThat(codec.transform(message)).isSameAs(message);
  }
}
