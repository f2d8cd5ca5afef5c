package dev.outpour.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class EventPrinterTest {
  private static final String HEAD =
      "{\"topics\":[\"orders/42\",\"all\"],\"time\":\"2026-11-22T14:10:34.512Z\",\"event\":";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void jsonIsTheEnvelopeWithTheIdAndUnchangedNumbers() {
    String envelope = HEAD + "null,\"data\":{\"n\":1e999999999,\"m\":12345678901234567890.10}}";

    assertThat(EventPrinter.json(out).print("e-1", envelope)).isTrue();
    assertThat(printed()).isEqualTo("{\"id\":\"e-1\"," + envelope.substring(1) + "\n");
  }

  @Test
  void textShowsTimeTopicsEventAndData() {
    EventPrinter printer = EventPrinter.text(out, ZoneOffset.UTC);
    printer.print("e-1", HEAD + "\"shipped\",\"data\":{\"n\":1.0,\"data\":7}}");
    printer.print("e-2", HEAD + "null,\"data\":\"Grüße 🙂\"}");

    assertThat(printed())
        .isEqualTo(
            "14:10:34  orders/42,all  shipped  {\"n\":1.0,\"data\":7}\n"
                + "14:10:34  orders/42,all  Grüße 🙂\n");
  }

  @Test
  void textFromOutsideCannotSteerATerminal() {
    String evil = "a\\u001b[2Jb\\nc\\r\\u009bd\\u202ee\\u0007";
    EventPrinter.text(out, ZoneOffset.UTC).print("e-1", HEAD + "null,\"data\":\"" + evil + "\"}");

    assertThat(printed()).endsWith("  a\\u001b[2Jb\\nc\\r\\u009bd\\u202ee\\u0007\n");
  }

  @Test
  void jsonCannotSteerATerminalEither() {
    EventPrinter.json(out).print("e-1", HEAD + "null,\"data\":\"a\u009b2Jb\u202e\u007f\"}");

    assertThat(printed()).endsWith("\"data\":\"a\\u009b2Jb\\u202e\\u007f\"}\n");
  }

  @Test
  void dataNestedTooDeeplyIsPrintedUnchanged() {
    String envelope = HEAD + "null,\"data\":" + "[".repeat(1_000) + "]".repeat(1_000) + "}";
    EventPrinter.text(out, ZoneOffset.UTC).print("e-1", envelope);

    assertThat(printed()).isEqualTo(envelope + "\n");
  }

  @Test
  void closedOutputIsReported() {
    PrintStream closed = new PrintStream(bytes);
    closed.close();
    assertThat(EventPrinter.json(closed).print("e-1", HEAD + "null,\"data\":1}")).isFalse();
  }
}
