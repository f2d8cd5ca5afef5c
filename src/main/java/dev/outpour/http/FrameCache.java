package dev.outpour.http;

import dev.outpour.update.Page;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The framed bytes of one event loop, up to a number of bytes, though the newest at least: a page
 * is framed once for a group, however many of its readers come by. For use on one event loop.
 */
final class FrameCache {

  /**
   * @param epoch in which the page ends: a restored backup has other pages of the same numbers
   */
  private record Key(Group group, long from, long to, String epoch) {}

  private final Map<Key, Frames> frames = new LinkedHashMap<>(64, 0.75f, true);
  private final Shares shares;
  private final long mostBytes;
  private long bytes;

  FrameCache(TopicIndex index, long mostBytes) {
    this.shares = new Shares(index);
    this.mostBytes = mostBytes;
  }

  /** What a group gets of a page; to be used before anything else is asked of this. */
  Frames get(Group group, Page page) {
    Frames known = frames.get(key(group, page));
    if (known != null) {
      return known;
    }
    Frames made = group.frame(shares.of(group, page).of(page));
    keep(group, page, made);
    return made;
  }

  /** What groups want of pages. */
  Shares shares() {
    return shares;
  }

  /** Keeps what a group gets of a page, framed by someone else. */
  void put(Group group, Page page, Frames made) {
    keep(group, page, made.retain());
  }

  private void keep(Group group, Page page, Frames made) {
    Frames old = frames.put(key(group, page), made);
    bytes += made.weight();
    if (old != null) {
      drop(old);
    }
    Iterator<Frames> oldest = frames.values().iterator();
    while (bytes > mostBytes && frames.size() > 1) {
      drop(oldest.next());
      oldest.remove();
    }
  }

  private void drop(Frames old) {
    bytes -= old.weight();
    old.release();
  }

  private static Key key(Group group, Page page) {
    return new Key(group, page.from(), page.to(), page.lineage().at(page.to()).epoch());
  }

  void clear() {
    frames.values().forEach(Frames::release);
    frames.clear();
    shares.clear();
    bytes = 0;
  }
}
