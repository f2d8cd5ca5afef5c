package dev.outpour.http.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileDescriptorsTest {

  @ParameterizedTest
  @CsvSource({"256, 33, 4", "512, 40, 8", "1024, 33, 4", "4096, 60, 64", "65536, 33, 4"})
  void connectionsAndFarewellsLeaveRoomForWhatElseIsOpened(long most, long open, int loops) {
    FileDescriptors descriptors = new FileDescriptors(most, open, loops);
    int served = descriptors.allowed();
    // One more is accepted before it is rejected.
    long all = served + served / FileDescriptors.FAREWELL_PART + FileDescriptors.FAREWELLS + 1;

    assertThat(most - open - all).isGreaterThanOrEqualTo(32 + 4L * loops - 1);
    assertThat(served).isGreaterThan((int) (most / 3));
  }

  @ParameterizedTest
  @CsvSource({"64, 40, 1", "2147483647, 100, 1000000"})
  void thereIsAtLeastOneAndAMillionAtMost(long most, long open, int allowed) {
    assertThat(new FileDescriptors(most, open, 4).allowed()).isEqualTo(allowed);
  }

  @ParameterizedTest
  @CsvSource({"0, 883", "100, 100", "5000, 883"})
  void noMoreAreLetInThanThereIsRoomFor(int asked, int letIn) {
    assertThat(new FileDescriptors(1024, 33, 4).connections(asked)).isEqualTo(letIn);
  }
}
