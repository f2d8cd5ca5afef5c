package dev.outpour.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which spellings of hosts mean only this machine. */
class LoopbackTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LocalHost",
        "::1",
        "[::1]",
        "127.0.0.1",
        "127.255.1.20",
        "127.0.0.0"
      })
  void isSoBySpelling(String host) {
    assertThat(Loopback.is(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "127",
        "127.",
        "127.0.0",
        "127.0.0.",
        "127..0.1",
        "127.0.0.1.1",
        "127.0.0.1.",
        "127.0.0.0001",
        "127.0.0.1a",
        "127.0.0.1.example.org",
        "127.0.0.\u0661",
        "1127.0.0.1",
        "128.0.0.1",
        "localhost.example.org",
        "::2",
        "0.0.0.0"
      })
  void othersMayBeElsewhere(String host) {
    assertThat(Loopback.is(host)).isFalse();
  }
}
