package dev.outpour.http.delivery;

import dev.outpour.http.interest.PageMatches;
import dev.outpour.http.interest.PageMatching;
import dev.outpour.http.interest.TopicIndex;
import dev.outpour.loop.TurnBudget;
import dev.outpour.update.Interest;
import dev.outpour.update.Page;
import dev.outpour.update.TopicPattern;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it takes to find who wants a page of 64 updates, each to a topic of its own. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MatchingBenchmark {

  private static final int UPDATES = 64;
  private static final int PAGES = 1024;

  private final TopicIndex<InterestGroup> byTopic = new TopicIndex<>();
  private final TopicIndex<InterestGroup> byPattern = new TopicIndex<>();
  private final InterestGroup oneTopic = Pages.group(Interest.in(Pages.topic("orders/7/state")));
  private final InterestGroup onePattern = Pages.group(pattern("orders/*/state"));
  private final Page page = page(1);
  private final List<Page> pages =
      IntStream.range(0, PAGES).mapToObj(MatchingBenchmark::page).toList();
  private int next;

  private static Page page(int number) {
    return Pages.of(UPDATES, n -> "orders/" + (number * UPDATES + n) + "/state");
  }

  private static Interest pattern(String text) {
    return Interest.of(List.of(TopicPattern.parse(text)));
  }

  private static Object wanted(TopicIndex<InterestGroup> index, Page page) {
    PageMatching<InterestGroup> matching = new PageMatching<>(index, page, 0);
    while (!matching.run(new TurnBudget())) {
      // All at once.
    }
    return matching.wanted();
  }

  @Setup
  public void begin() {
    for (int i = 0; i < 100_000; i++) {
      byTopic.add(Pages.group(Interest.in(Pages.topic("orders/" + i + "/state"))));
    }
    for (int i = 0; i < 1_000; i++) {
      byPattern.add(Pages.group(pattern("orders/" + i + "/**")));
    }
  }

  @Benchmark
  public Object in100000Topics() {
    return wanted(byTopic, page);
  }

  /** Topics that were seen before: what matches them is remembered. */
  @Benchmark
  public Object in1000Patterns() {
    return wanted(byPattern, page);
  }

  /** More topics than are remembered, so that each is matched anew. */
  @Benchmark
  public Object in1000PatternsOfNewTopics() {
    next = (next + 1) % PAGES;
    return wanted(byPattern, pages.get(next));
  }

  @Benchmark
  public Object groupOfOneTopic() {
    return new PageMatches<>(new TopicIndex<>()).of(oneTopic, page);
  }

  @Benchmark
  public Object groupOfOnePattern() {
    return new PageMatches<>(new TopicIndex<>()).of(onePattern, page);
  }
}
