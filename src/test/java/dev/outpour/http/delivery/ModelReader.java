package dev.outpour.http.delivery;

import dev.outpour.SseParser;
import dev.outpour.SseParser.Block;
import dev.outpour.http.PlainLog;
import dev.outpour.http.PlainLog.Line;
import dev.outpour.http.stream.TransferCoding;
import dev.outpour.metrics.CloseReason;
import dev.outpour.sse.EventEncoder;
import dev.outpour.update.Interest;
import dev.outpour.update.Start;
import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One and the same reader over many connections, each of which is held to the plain log. */
final class ModelReader {

  private final class Connection {
    final Subscribers loop;
    final Line heard;
    final Start start;
    final RecordingWriter socket = new RecordingWriter();
    final StreamCheck check = new StreamCheck(paper, interest);
    final SseParser parser = new SseParser();
    final Subscriber stream;
    boolean isToEnd;
    int fed;
    int checked;

    Connection(Subscribers loop, Line heard, Start start) {
      this.loop = loop;
      this.heard = heard;
      this.start = start;
      check.mayBegin(paper.begin(start, interest));
      stream = new Subscriber(loop.group(want), start, socket);
      loop.enter(stream);
    }

    void check() {
      byte[] news = socket.bytesFrom(fed);
      fed += news.length;
      parser.feed(news, 0, news.length);
      for (; checked < parser.blocks().size(); checked++) {
        Block block = parser.blocks().get(checked);
        try {
          check.next(block);
        } catch (AssertionError e) {
          throw new AssertionError(ModelReader.this + ": " + e.getMessage(), e);
        }
      }
      if (socket.isEnded() && !isToEnd && heard == paper.line()) {
        throw new AssertionError(ModelReader.this + ": closed, and the log is the same");
      }
      if (socket.isReset() && !socket.isResetWhileBytesWait() && !parser.isMidway()) {
        throw new AssertionError(ModelReader.this + ": reset between two blocks");
      }
    }

    boolean hasAll() {
      if (stream.state != Subscriber.State.LIVE || stream.isBlocked()) {
        return false;
      }
      check.hasSettled();
      return check.hasAll();
    }
  }

  private final List<String> wanted;
  private final Interest interest;
  private final InterestGroup.Want want;
  private final PlainLog paper;
  private final List<Connection> unnoticed = new ArrayList<>();
  private Connection now;
  private String lastEventId = "";

  /**
   * @param wanted patterns; none: the default topic
   */
  ModelReader(List<String> wanted, PlainLog paper) {
    Interest asked = Interest.of(wanted.stream().map(TopicPattern::parse).toList());
    this.wanted = wanted;
    this.interest = asked.isEmpty() ? Interest.in(new Topic("updates")) : asked;
    this.want = new InterestGroup.Want(asked, EventEncoder.Form.PLAIN, TransferCoding.PLAIN);
    this.paper = paper;
  }

  boolean isConnected() {
    return now != null;
  }

  /** What it comes back with. */
  String lastEventId() {
    return lastEventId;
  }

  /** The last position that it was given on this connection. */
  String lastSaid() {
    return now.parser.lastEventId();
  }

  void connect(Subscribers loop, Line heard, Start start) {
    now = new Connection(loop, heard, start);
  }

  /** Where it begins may have become another place, if it has not begun. */
  void reconsider() {
    if (now != null && !now.check.hasBegun()) {
      now.check.mayBegin(paper.begin(now.start, interest));
    }
  }

  void block() {
    if (now != null) {
      now.socket.clog();
    }
  }

  void unblock() {
    if (now != null) {
      now.socket.drain();
    }
  }

  /** Has the connection end when the reader has been given a part of what was written to it. */
  void cut(int seen, boolean noticed) {
    if (now == null) {
      return;
    }
    now.socket.breakAfter(seen / 1_000.0);
    now.check();
    byte[] bytes = now.socket.bytes();
    int part = (int) ((long) bytes.length * seen / 1_000);
    remember(SseParser.parse(Arrays.copyOf(bytes, part)).lastEventId());
    unnoticed.add(now);
    now = null;
    if (noticed) {
      leave();
    }
  }

  /** Has the hub end its stream. */
  void end(CloseReason reason) {
    if (now != null) {
      now.isToEnd = true;
      now.loop.close(now.stream, reason);
    }
  }

  private void remember(String seen) {
    lastEventId = seen.isEmpty() ? lastEventId : seen;
  }

  /** Has the hub notice that its connections have broken. */
  void leave() {
    unnoticed.forEach(each -> each.loop.leave(each.stream, CloseReason.GONE));
    unnoticed.clear();
  }

  /** Looks at what has come since it was looked last. */
  void check() {
    unnoticed.forEach(Connection::check);
    if (now != null) {
      now.check();
      if (now.socket.isEnded() || now.socket.isReset()) {
        remember(now.parser.lastEventId());
        now = null;
      }
    }
  }

  boolean hasAll() {
    return now != null && now.hasAll();
  }

  @Override
  public String toString() {
    return "a reader of "
        + (wanted.isEmpty() ? "the default topic" : wanted)
        + (now == null
            ? ", not connected"
            : ", begun " + now.start + ", " + now.stream.state + " at " + lastSaid());
  }
}
