package dev.outpour.bus;

import io.vertx.core.buffer.Buffer;

/**
 * Encodes a {@link LogMessage} between processes: one byte for its kind, then its parts. Within a
 * process, messages pass by reference.
 */
public final class LogMessageCodec
    implements io.vertx.core.eventbus.MessageCodec<LogMessage, LogMessage> {

  /** Short, because every frame between processes contains it. */
  public static final String NAME = "op";

  @Override
  public void encodeToWire(Buffer buffer, LogMessage message) {
    WireWriter out = new WireWriter(buffer);
    if (message instanceof LogMessage.Append append) {
      out.tag(0);
      out.optionalText(append.logId().orElse(null));
      out.each(append.batches(), out::batch);
    } else if (message instanceof LogMessage.Appended appended) {
      out.tag(1);
      out.each(appended.outcomes(), out::outcome);
    } else if (message instanceof LogMessage.Follow follow) {
      out.tag(2);
      out.optionalText(follow.logId().orElse(null));
      out.number(follow.after());
      out.optionalText(follow.epoch().orElse(null));
    } else if (message instanceof LogMessage.Grown grown) {
      out.tag(3);
      out.log(grown.log());
      out.page(grown.page());
    } else if (message instanceof LogMessage.ReadAfter read) {
      out.tag(4);
      out.text(read.logId());
      out.number(read.after());
      out.optionalText(read.epoch().orElse(null));
    } else if (message instanceof LogMessage.Read read) {
      out.tag(5);
      out.page(read.page());
    } else if (message instanceof LogMessage.Locate locate) {
      out.tag(6);
      out.text(locate.logId());
      out.start(locate.start());
      out.interest(locate.interest());
      out.asking(locate.asking());
      out.optionalText(locate.epoch().orElse(null));
    } else if (message instanceof LogMessage.Found found) {
      out.tag(7);
      out.located(found.located());
    } else if (message instanceof LogMessage.Seek seek) {
      out.tag(8);
      out.text(seek.logId());
      out.number(seek.after());
      out.interest(seek.interest());
      out.asking(seek.asking());
    } else if (message instanceof LogMessage.Sought sought) {
      out.tag(9);
      out.gap(sought.gap());
    } else if (message instanceof LogMessage.Revoked revoked) {
      out.tag(10);
      out.number(revoked.digest());
      out.each(revoked.some(), out::revocation);
    } else if (message instanceof LogMessage.Withdraw withdraw) {
      out.tag(30);
      out.text(withdraw.node());
      out.number(withdraw.number());
    } else {
      encodeOfNodes(out, message);
    }
  }

  /** Encodes the messages of nodes about their subscribers and their status. */
  private static void encodeOfNodes(WireWriter out, LogMessage message) {
    if (message instanceof LogMessage.ListReaders list) {
      out.tag(11);
      out.optionalText(list.topic().orElse(null));
      out.number(list.from());
      out.number(list.most());
    } else if (message instanceof LogMessage.ListTopics list) {
      out.tag(12);
      out.text(list.after());
      out.number(list.most());
    } else if (message instanceof LogMessage.EndReader end) {
      out.tag(13);
      out.number(end.number());
    } else if (message instanceof LogMessage.Listed listed) {
      out.tag(14);
      out.text(listed.json());
    } else if (message instanceof LogMessage.Watched watched) {
      out.tag(15);
      out.text(watched.node());
    } else if (message instanceof LogMessage.Told told) {
      out.tag(16);
      out.text(told.node());
      out.text(told.topic());
      out.number(told.timeMillis());
      out.text(told.data());
    } else if (message instanceof LogMessage.CountReaders count) {
      out.tag(17);
      out.topics(count.topics());
    }
  }

  /** Never throws. If it did, Vert.x would neither fail the request nor let it time out. */
  @Override
  public LogMessage decodeFromWire(int at, Buffer buffer) {
    try {
      return read(at, buffer);
    } catch (Throwable e) {
      return new LogMessage.Unreadable(String.valueOf(e));
    }
  }

  /**
   * Reads a message.
   *
   * @throws RuntimeException if it is not a valid one
   */
  static LogMessage read(int at, Buffer buffer) {
    WireReader in = new WireReader(buffer, at);
    int kind = in.tag();
    return switch (kind) {
      case 0 -> new LogMessage.Append(in.optional(), in.each(in::batch));
      case 1 -> new LogMessage.Appended(in.each(in::outcome));
      case 2 -> new LogMessage.Follow(in.optional(), in.sequence(), in.optional());
      case 3 -> grown(in);
      case 4 -> new LogMessage.ReadAfter(in.text(), in.sequence(), in.optional());
      case 5 -> new LogMessage.Read(in.page());
      case 6 ->
          new LogMessage.Locate(in.text(), in.start(), in.interest(), in.asking(), in.optional());
      case 7 -> new LogMessage.Found(in.located());
      case 8 -> new LogMessage.Seek(in.text(), in.sequence(), in.interest(), in.asking());
      case 9 -> new LogMessage.Sought(in.gap());
      case 10 -> new LogMessage.Revoked(in.number(), in.each(in::revocation));
      case 11 ->
          new LogMessage.ListReaders(
              in.optional(), in.sequence(), in.count(0, LogMessage.MOST_LISTED));
      case 12 -> new LogMessage.ListTopics(in.text(), in.count(0, LogMessage.MOST_LISTED));
      case 13 -> new LogMessage.EndReader(in.sequence());
      case 14 -> new LogMessage.Listed(in.text());
      case 15 -> new LogMessage.Watched(in.text());
      case 16 -> new LogMessage.Told(in.text(), in.text(), in.sequence(), in.text());
      case 17 -> new LogMessage.CountReaders(in.topics());
      case 30 -> new LogMessage.Withdraw(in.text(), in.number());
      default -> throw new IllegalArgumentException("Not a message of the hub: " + kind);
    };
  }

  /** Rejects a page beyond the head that its log states. */
  private static LogMessage.Grown grown(WireReader in) {
    LogMessage.Grown grown = new LogMessage.Grown(in.log(), in.page());
    if (grown.page().to() > grown.log().head().last()) {
      throw new IllegalArgumentException("A page beyond the head of its log");
    }
    return grown;
  }

  @Override
  public LogMessage transform(LogMessage message) {
    return message;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
