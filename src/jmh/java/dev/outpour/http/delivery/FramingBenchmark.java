package dev.outpour.http.delivery;

import dev.outpour.http.stream.EncodedPage;
import dev.outpour.http.stream.PageBuffer;
import dev.outpour.update.Interest;
import dev.outpour.update.Page;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it takes to turn a page into the bytes that all readers of a group share. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FramingBenchmark {

  @Param({"1", "64"})
  public int updates;

  private Page page;
  private InterestGroup group;

  @Setup
  public void begin() {
    page = Pages.of(updates, n -> "orders/42");
    group = Pages.group(Interest.in(Pages.topic("orders/42")));
  }

  @Benchmark
  public Object frame() {
    PageBuffer sheet =
        PageBuffer.alone(page.updates(), group.want().form(), group.want().framing());
    EncodedPage frames = group.frame(sheet, page.updates());
    sheet.release();
    return frames;
  }
}
