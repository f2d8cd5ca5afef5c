package dev.outpour.history.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.loop.Deadline;
import dev.outpour.update.Gap;
import dev.outpour.update.Interest;
import dev.outpour.update.Samples;
import dev.outpour.update.Topic;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TopicDirectoryTest {

  private final TopicDirectory directory = new TopicDirectory(16);
  private long last;

  private void fill() {
    directory.filled(directory.generation());
  }

  private void append(String... topics) {
    directory.appended(List.of(Samples.update(++last, "x", topics)));
  }

  private void remove(long number, String... topics) {
    directory.removed(Samples.topics(topics), number);
  }

  private void appendMany(int count, String prefix) {
    for (int i = 0; i < count; i++) {
      append(prefix + i);
    }
  }

  private Map<String, Long> found(String... patterns) {
    Map<String, Long> found = new TreeMap<>();
    Interest interest = Samples.interest(patterns);
    directory.each(
        interest, Deadline.never(), (topic, newest) -> found.put(topic.name(), newest) == null);
    return found;
  }

  private long newestRemoved(String... topics) {
    return directory.newestRemoved(Samples.topics(topics));
  }

  @Test
  void namesWhatIsRetainedOfEachTopicThatIsWanted() {
    append("a/1", "b");
    append("a/2");
    append("a/1");
    append("aa/1");
    assertThat(found("a/*")).isEqualTo(Map.of("a/1", 3L, "a/2", 2L));
    assertThat(found("*")).isEqualTo(Map.of("b", 1L));
    assertThat(found("**", "b", "none")).hasSize(4);
    assertThat(found("a/1", "none")).isEqualTo(Map.of("a/1", 3L));
    remove(1, "a/1", "b");
    remove(2, "a/2");
    assertThat(found("**")).isEqualTo(Map.of("a/1", 3L, "aa/1", 4L));
  }

  @Test
  void newestRemovedIsThatOfTheTopicAlone() {
    directory.begin(5);
    last = 4;
    append("a");
    append("b");
    assertThat(newestRemoved("a")).as("removed before the start").isEqualTo(4);
    assertThat(newestRemoved("never")).isEqualTo(4);
    append("a");
    remove(5, "a");
    remove(6, "b");
    assertThat(newestRemoved("a")).isEqualTo(5);
    assertThat(newestRemoved("b")).isEqualTo(6);
    assertThat(newestRemoved("a", "b")).isEqualTo(6);
    assertThat(newestRemoved("never")).isEqualTo(4);
  }

  @Test
  void topicsThatHaveGoneMakeRoomAndTheFloorRisesToThem() {
    fill();
    appendMany(15, "old/");
    for (int i = 0; i < 15; i++) {
      remove(i + 1, "old/" + i);
    }
    assertThat(directory.isCrowded()).isTrue();
    directory.makeRoom();
    assertThat(directory.isCrowded()).isFalse();
    assertThat(directory.size()).isBetween(1, 6);
    assertThat(newestRemoved("old/0")).as("never too low").isBetween(1L, 14L);
    assertThat(newestRemoved("never")).isEqualTo(newestRemoved("old/0"));
    assertThat(newestRemoved("old/14")).isEqualTo(15);
    assertThat(directory.isComplete()).isTrue();
  }

  @Test
  void topicThatWasForgottenAndComesAgainIsNamedOnce() {
    fill();
    appendMany(15, "old/");
    for (int i = 0; i < 15; i++) {
      remove(i + 1, "old/" + i);
    }
    directory.makeRoom();
    append("old/0");
    append("new");
    List<String> named = new ArrayList<>();
    directory.each(
        Samples.interest("**"), Deadline.never(), (topic, newest) -> named.add(topic.name()));
    assertThat(named).containsExactlyInAnyOrder("old/0", "new");
    assertThat(directory.after(16, Samples.interest("**"), Deadline.never()))
        .containsExactly(new Topic("new"));
  }

  @Test
  void whoLooksWhileRoomIsMadeMissesNothingThatIsRetained() throws Exception {
    int retained = 200;
    TopicDirectory many = new TopicDirectory(1_000);
    AtomicLong appended = new AtomicLong();
    AtomicLong removed = new AtomicLong();
    AtomicBoolean stop = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<?> writer =
          threads.submit(
              () -> {
                while (!stop.get()) {
                  if (many.size() > 900) {
                    Thread.onSpinWait();
                    continue;
                  }
                  long number = appended.get() + 1;
                  many.appended(List.of(Samples.update(number, "x", "t/" + number)));
                  appended.set(number);
                  long gone = number - retained;
                  if (gone > 0) {
                    removed.set(gone);
                    many.removed(Samples.topics("t/" + gone), gone);
                  }
                }
              });
      Future<?> tidying =
          threads.submit(
              () -> {
                while (!stop.get()) {
                  many.makeRoom();
                }
              });
      for (int look = 0; look < 1_000; look++) {
        long from = appended.get();
        Set<Long> seen = new HashSet<>();
        many.each(
            Samples.interest("t/*"),
            Deadline.never(),
            (topic, newest) -> topic.name().equals("t/" + newest) && seen.add(newest));
        List<Long> all = LongStream.rangeClosed(removed.get() + 1, from).boxed().toList();
        assertThat(seen).containsAll(all);
      }
      stop.set(true);
      writer.get(Await.LONG.toSeconds(), TimeUnit.SECONDS);
      tidying.get(Await.LONG.toSeconds(), TimeUnit.SECONDS);
    } finally {
      stop.set(true);
      threads.shutdown();
    }
  }

  @Test
  void thoseThatAreRetainedAreNeverForgotten() {
    fill();
    appendMany(8, "old/");
    appendMany(7, "new/");
    for (int i = 0; i < 8; i++) {
      remove(i + 1, "old/" + i);
    }
    directory.makeRoom();
    assertThat(found("new/*")).hasSize(7);
    assertThat(directory.isComplete()).isTrue();
  }

  @Test
  void oneThatFindsNoRoomLeavesItIncomplete() {
    fill();
    appendMany(16, "t/");
    assertThat(directory.isComplete()).isTrue();
    append("t/1");
    assertThat(directory.isComplete()).isTrue();
    append("one/more");
    assertThat(directory.isComplete()).isFalse();
    assertThat(directory.isFull()).isTrue();
    assertThat(directory.after(0, Samples.interest("t/*"), Deadline.never())).isNull();
  }

  @Test
  void fillingDoesNotCountIfOneFoundNoRoomMeanwhile() {
    int generation = directory.generation();
    appendMany(16, "t/");
    append("one/more");
    for (int i = 0; i < 16; i++) {
      remove(i + 1, "t/" + i);
    }
    directory.makeRoom();
    directory.filled(generation);
    assertThat(directory.isComplete()).isFalse();
    directory.found(new Topic("one/more"), 17, directory.generation());
    fill();
    assertThat(directory.isComplete()).isTrue();
    assertThat(found("**")).isEqualTo(Map.of("one/more", 17L));
  }

  @Test
  void whatIsFoundInTheFileNeverReplacesWhatIsNewer() {
    append("a");
    append("a");
    directory.found(new Topic("a"), 1, directory.generation());
    directory.found(new Topic("b"), 1, directory.generation());
    assertThat(found("**")).isEqualTo(Map.of("a", 2L, "b", 1L));
    int before = directory.generation();
    directory.begin(1);
    directory.found(new Topic("c"), 1, before);
    directory.filled(before);
    assertThat(found("**")).isEmpty();
    assertThat(directory.isComplete()).isFalse();
  }

  @Test
  void floorRisesToWhatIsRemovedOfATopicThatFoundNoRoom() {
    fill();
    append("one/more");
    appendMany(16, "t/");
    directory.begin(1);
    appendMany(16, "t/");
    remove(1, "one/more");
    assertThat(newestRemoved("one/more")).isEqualTo(1);
    assertThat(newestRemoved("t/1")).isZero();
  }

  @Test
  void nothingIsSaidOfWhatTheFileHasLostAndTheDirectoryHasNotHeardOf() {
    fill();
    appendMany(9, "t/");
    remove(1, "t/0");
    remove(2, "t/1");
    // The file has removed updates up to 4, and has no further update of t/0 up to 9.
    Gap retained = new Gap(4, 9);
    assertThat(directory.withRemoved(1, Samples.topics("t/0"), retained)).isEqualTo(new Gap(1, 2));
    assertThat(directory.withRemoved(2, Samples.topics("t/0"), retained)).isEqualTo(new Gap(2, 2));
    assertThat(directory.withRemoved(0, Samples.topics("t/1"), retained)).isEqualTo(new Gap(2, 2));
    assertThat(directory.withRemoved(5, Samples.topics("t/0"), new Gap(5, 9)))
        .isEqualTo(new Gap(5, 9));
    remove(3, "t/2");
    remove(4, "t/3");
    assertThat(directory.withRemoved(1, Samples.topics("t/0"), retained)).isEqualTo(new Gap(1, 9));
    // The directory knows of more removed updates than the file had when it was asked.
    remove(5, "t/4");
    assertThat(directory.withRemoved(1, Samples.topics("t/4"), new Gap(4, 4)))
        .isEqualTo(new Gap(5, 5));
  }

  @Test
  void endCountsAsLongAsItsUpdateIsRetained() {
    directory.appended(List.of(Samples.last("x", "a", "b").at(Samples.LINEAGE.at(++last), 1)));
    append("c");
    directory.foundEnd(new Topic("d"), 2, directory.generation());
    assertThat(Stream.of("a", "b", "c", "d", "e").map(Topic::new).map(directory::endOf))
        .containsExactly(1L, 1L, 0L, 2L, 0L);
    remove(1, "a", "b");
    assertThat(Stream.of("a", "b", "d").map(Topic::new).map(directory::endOf))
        .containsExactly(0L, 0L, 2L);
  }
}
