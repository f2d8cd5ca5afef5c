package dev.outpour.http.delivery;

import dev.outpour.http.interest.EndedTopics;
import dev.outpour.http.interest.Interested;
import dev.outpour.http.interest.KnownGap;
import dev.outpour.http.stream.EncodedPage;
import dev.outpour.http.stream.NoRoom;
import dev.outpour.http.stream.PageBuffer;
import dev.outpour.http.stream.ReadableTopics;
import dev.outpour.http.stream.TransferCoding;
import dev.outpour.sse.EventEncoder;
import dev.outpour.update.Interest;
import dev.outpour.update.Lineage;
import dev.outpour.update.StartPosition;
import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import dev.outpour.update.Update;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of one event loop that want exactly the same in the same form: they share encoded
 * bytes.
 *
 * <p>It lists the live ones in the order in which they became live. One that leaves during a
 * delivery leaves a gap, which is closed when none is under way. For use on the event loop only.
 */
public final class InterestGroup extends Interested {

  /**
   * What a group wants.
   *
   * @param interest which updates; empty for those of the default topic
   * @param form in which form
   * @param framing in which transfer coding
   * @param known which topics an envelope may name; empty for all
   */
  public record Want(
      Interest interest, EventEncoder.Form form, TransferCoding framing, Set<TopicPattern> known) {

    public Want(Interest interest, EventEncoder.Form form, TransferCoding framing) {
      this(interest, form, framing, Set.of());
    }
  }

  static final int NO_TURN = -1;

  private static final int MOST_TOPICS_KNOWN = 128;

  /**
   * How many pages may be read before the owner is asked about patterns again: a question costs it
   * as much.
   */
  private static final int PAGES_OF_PATTERNS = 64;

  private final Want want;
  private Interest interest;
  private final Map<Topic, Boolean> verdicts = new HashMap<>();
  private final EndedTopics endings = new EndedTopics();
  private final List<@Nullable Subscriber> live = new ArrayList<>();
  private int gaps;
  private int members;

  /** Its place in the delivery under way, -1 if there is none; kept by the delivery. */
  int turn = NO_TURN;

  private KnownGap<Subscriber> knownGap;

  public InterestGroup(Want want) {
    this.want = want;
    this.interest = want.interest();
    this.knownGap = nothingKnown(want.interest());
  }

  private static KnownGap<Subscriber> nothingKnown(Interest interest) {
    return new KnownGap<>(interest.patterns().isEmpty() ? 1 : PAGES_OF_PATTERNS);
  }

  Want want() {
    return want;
  }

  /** The updates it wants; of nothing while the default topic is not known. */
  @Override
  public Interest interest() {
    return interest;
  }

  /** Sets the topic that is meant where none was named. */
  public void defaultTopic(Topic topic) {
    if (want.interest().isEmpty()) {
      interest = Interest.in(topic);
    }
  }

  /** What is known of where the log has nothing for it. */
  KnownGap<Subscriber> knownGap() {
    return knownGap;
  }

  /** Forgets the gap, since the log was replaced; answers about the old log have no effect. */
  void forgetGap() {
    knownGap = nothingKnown(interest);
  }

  /** Counts a subscriber in, live or not. */
  void enter() {
    members++;
  }

  /** Counts a subscriber out; true if it was the last. */
  boolean exit() {
    return --members == 0;
  }

  /** How many subscribers it has, live or not. */
  @Override
  public int members() {
    return members;
  }

  /** How many places there are, gaps among them. */
  int places() {
    return live.size();
  }

  /** The live subscriber at a place; null if it has left. */
  @Nullable Subscriber at(int place) {
    return live.get(place);
  }

  void addLive(Subscriber subscriber) {
    subscriber.place = live.size();
    live.add(subscriber);
  }

  void removeLive(Subscriber subscriber) {
    live.set(subscriber.place, null);
    gaps++;
  }

  /** Closes the gaps, once they are many. */
  void compact() {
    if (gaps * 2 <= live.size()) {
      return;
    }
    int to = 0;
    for (int from = 0; from < live.size(); from++) {
      Subscriber subscriber = live.get(from);
      if (subscriber != null) {
        subscriber.place = to;
        live.set(to++, subscriber);
      }
    }
    live.subList(to, live.size()).clear();
    gaps = 0;
  }

  /** Notes which topics have ended, as the log told a subscriber. */
  void located(StartPosition located) {
    endings.note(interest, located);
  }

  /** Forgets ends that are not of a lineage. */
  void keepEndsOf(Lineage lineage) {
    endings.keepWhatIsOf(lineage);
  }

  /**
   * Whether nothing can follow after a cursor, since all topics have ended.
   *
   * @param from ends before this number do not count
   */
  boolean isOver(long cursor, long from) {
    return endings.isBeyond(interest, cursor, from);
  }

  /**
   * Encodes what it wants of a page, and notes the topics that end there.
   *
   * @throws NoRoom if there is no memory for it now
   */
  EncodedPage frame(PageBuffer sheet, List<Update> updates) {
    if (updates.isEmpty()) {
      return EncodedPage.NOTHING;
    }
    for (int i = 0; i < updates.size(); i++) {
      endings.note(interest, updates.get(i));
    }
    ReadableTopics known = sheet.known(want.known());
    Update first = updates.get(0);
    if (updates.size() == 1 && !first.end()) {
      int place = sheet.place(first);
      if (shown(known, place, first) == null) {
        return sheet.alone(place);
      }
    }
    EncodedPage.Builder frames = new EncodedPage.Builder(sheet, updates.size());
    for (int i = 0; i < updates.size(); i++) {
      Update update = updates.get(i);
      int place = sheet.place(update);
      frames.add(
          place,
          shown(known, place, update),
          topic -> wants(topic) && known.of(place, update).contains(topic));
    }
    return frames.build();
  }

  /** The topics that an update may show to this group; null if all of them, or none is shown. */
  private @Nullable List<Topic> shown(ReadableTopics known, int place, Update update) {
    if (want.form() == EventEncoder.Form.PLAIN) {
      return null;
    }
    List<Topic> shown = known.of(place, update);
    return shown.size() == update.topics().size() ? null : shown;
  }

  private boolean wants(Topic topic) {
    if (interest.patterns().isEmpty()) {
      return interest.topics().contains(topic);
    }
    if (verdicts.size() >= MOST_TOPICS_KNOWN) {
      verdicts.clear();
    }
    return verdicts.computeIfAbsent(topic, interest::matches);
  }
}
