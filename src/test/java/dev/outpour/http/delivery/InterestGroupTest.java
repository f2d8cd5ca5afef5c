package dev.outpour.http.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.http.stream.EncodedPage;
import dev.outpour.http.stream.StreamWriter;
import dev.outpour.http.stream.TransferCoding;
import dev.outpour.sse.EventEncoder;
import dev.outpour.update.Samples;
import dev.outpour.update.Start;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class InterestGroupTest {

  /** A socket that nobody reads from. */
  private static final class Nowhere implements StreamWriter {
    @Override
    public TransferCoding framing() {
      return TransferCoding.PLAIN;
    }

    @Override
    public void listener(Listener listener) {}

    @Override
    public void write(Buffer bytes) {}

    @Override
    public int write(EncodedPage.Part events, int from) {
      return events.length();
    }

    @Override
    public boolean isBlocked() {
      return false;
    }

    @Override
    public String address() {
      return "";
    }

    @Override
    public boolean isSilent() {
      return false;
    }

    @Override
    public long pendingBytes() {
      return 0;
    }

    @Override
    public void end(Buffer last) {}

    @Override
    public void decline() {}

    @Override
    public void reset() {}
  }

  private static InterestGroup group() {
    return new InterestGroup(
        new InterestGroup.Want(
            Samples.interest("t"), EventEncoder.Form.PLAIN, TransferCoding.PLAIN));
  }

  private static List<Subscriber> live(InterestGroup group) {
    return IntStream.range(0, group.places()).mapToObj(group::at).filter(Objects::nonNull).toList();
  }

  @Provide
  Arbitrary<List<Integer>> schedule() {
    return Arbitraries.integers().between(-20, 20).list().ofMaxSize(200);
  }

  /** Positive: someone becomes live; negative: one of those who are leaves; 0: gaps are closed. */
  @Property
  void whoIsLiveStaysInOrderWhoeverLeaves(@ForAll("schedule") List<Integer> schedule) {
    InterestGroup group = group();
    List<Subscriber> model = new ArrayList<>();
    for (int step : schedule) {
      if (step > 0) {
        Subscriber stream = new Subscriber(group, new Start.Now(), new Nowhere());
        group.addLive(stream);
        model.add(stream);
      } else if (step < 0 && !model.isEmpty()) {
        group.removeLive(model.remove(-step % model.size()));
      } else {
        group.compact();
        assertThat(group.places()).isLessThanOrEqualTo(2 * model.size());
      }
      assertThat(live(group)).isEqualTo(model);
      for (Subscriber stream : model) {
        assertThat(group.at(stream.place)).isSameAs(stream);
      }
    }
  }

  @Test
  void lastMemberToLeaveIsToldSo() {
    InterestGroup group = group();
    group.enter();
    group.enter();
    assertThat(group.exit()).isFalse();
    assertThat(group.exit()).isTrue();
  }
}
