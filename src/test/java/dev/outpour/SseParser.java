package dev.outpour;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the bytes of an event stream as the WHATWG standard says (HTML, section 9.2.6), and more
 * strictly: bytes that are not UTF-8 and fields that no hub writes are refused. Not for use by
 * several threads.
 */
public final class SseParser {

  /**
   * What stood between two empty lines.
   *
   * @param id the value of its id field; null if it has none
   * @param event that of its event field
   * @param data its data lines, joined with LF
   * @param retry that of its retry field
   */
  public record Block(String id, String event, String data, Integer retry) {

    /** Whether it has only a position. */
    public boolean isPosition() {
      return POSITION.equals(event);
    }
  }

  /**
   * An event as a page gets it.
   *
   * @param id the last event id at that time; empty if there never was one
   * @param name {@code message} if the hub sent none
   * @param data its data
   */
  public record Event(String id, String name, String data) {

    /** The number in its id. */
    public long sequence() {
      return Long.parseLong(id.substring(id.indexOf('-') + 1));
    }

    /** Whether it is an event of the hub. */
    public boolean isWord() {
      return name.startsWith("outpour.");
    }
  }

  private static final String POSITION = "outpour.position";

  private final boolean ofThisHub;
  private final List<Block> blocks = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private boolean afterCr;
  private boolean something;
  private String lastEventId = "";
  private String id;
  private String event;
  private StringBuilder data;
  private Integer retry;

  /** A parser for the output of a hub. */
  public SseParser() {
    this(true);
  }

  private SseParser(boolean ofThisHub) {
    this.ofThisHub = ofThisHub;
  }

  /** A parser that also accepts ids without data, as earlier hubs wrote them. */
  public static SseParser ofAnyHub() {
    return new SseParser(false);
  }

  /** Parses bytes, which may be split anywhere. */
  public void feed(byte[] bytes, int from, int to) {
    int begun = from;
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b == '\n' && afterCr) {
        afterCr = false;
        begun = i + 1;
      } else if (b == '\n' || b == '\r') {
        line.write(bytes, begun, i - begun);
        endLine();
        afterCr = b == '\r';
        begun = i + 1;
      } else {
        afterCr = false;
      }
    }
    line.write(bytes, begun, to - begun);
  }

  /** Parses a whole stream. */
  public static SseParser parse(byte[] bytes) {
    SseParser parser = new SseParser();
    parser.feed(bytes, 0, bytes.length);
    return parser;
  }

  /** All complete blocks, including those with only comments. */
  public List<Block> blocks() {
    return blocks;
  }

  /** All dispatched events, without those that have only a position. */
  public List<Event> events() {
    return events;
  }

  /** The value of {@code Last-Event-ID} if the connection ended now. */
  public String lastEventId() {
    return lastEventId;
  }

  /** Whether a block is incomplete. */
  public boolean isMidway() {
    return something || line.size() > 0;
  }

  private void endLine() {
    String text = decode(line.toByteArray());
    line.reset();
    if (text.isEmpty()) {
      dispatch();
      return;
    }
    something = true;
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    String value = colon < 0 ? "" : text.substring(colon + 1);
    field(name, value.startsWith(" ") ? value.substring(1) : value);
  }

  private void field(String name, String value) {
    switch (name) {
      case "" -> {}
      case "id" -> id = value;
      case "event" -> event = value;
      case "data" ->
          data = data == null ? new StringBuilder(value) : data.append('\n').append(value);
      case "retry" -> retry = Integer.valueOf(value);
      default -> throw new IllegalArgumentException("A field that no hub writes: " + name);
    }
  }

  private void dispatch() {
    if (!something) {
      throw new IllegalArgumentException("An empty block");
    }
    if (ofThisHub && id != null && data == null) {
      throw new IllegalArgumentException("An id without data: " + id);
    }
    if (id != null) {
      lastEventId = id;
    }
    blocks.add(new Block(id, event, data == null ? null : data.toString(), retry));
    boolean isPosition = POSITION.equals(event);
    if (ofThisHub && isPosition && (id == null || !data.toString().equals("{}"))) {
      throw new IllegalArgumentException("A position without an id, or with data: " + data);
    }
    if (data != null && !isPosition) {
      String name = event == null || event.isEmpty() ? "message" : event;
      events.add(new Event(lastEventId, name, data.toString()));
    }
    something = false;
    id = null;
    event = null;
    data = null;
    retry = null;
  }

  private static String decode(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("Not UTF-8", e);
    }
  }
}
