package dev.outpour.log;

import dev.outpour.update.Page;
import dev.outpour.update.Update;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The pages of the log that a process holds, up to a number of bytes: the newest ones as they were
 * committed, and those read for subscribers that are behind. When it is full, the least recently
 * used page is evicted.
 *
 * <p>It may be used from any thread; the lock is held for a look-up only.
 */
final class PageCache {

  /** About what the entries of both maps take. */
  private static final int OVERHEAD = 160;

  private record Entry(Page page, int weight) {}

  private final NavigableMap<Long, Entry> byFrom = new TreeMap<>();
  private final Map<Long, Entry> byUse = new LinkedHashMap<>(64, 0.75f, true);
  private long mostBytes;
  private long bytes;

  PageCache(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  synchronized void limit(long mostBytes) {
    this.mostBytes = mostBytes;
    evict();
  }

  /** A page with what comes next after a number, if there is one. */
  synchronized @Nullable Page get(long after) {
    Map.Entry<Long, Entry> found = byFrom.floorEntry(after);
    if (found == null || !found.getValue().page().continues(after)) {
      return null;
    }
    byUse.get(found.getKey());
    return found.getValue().page();
  }

  /**
   * A page with what comes next after a number, extended with what was committed after it as far as
   * one page may hold it: groups that were committed during a delivery are delivered together. It
   * replaces the pages it is made of.
   */
  synchronized @Nullable Page gather(long after) {
    Page first = get(after);
    if (first == null || first.damaged()) {
      return first;
    }
    List<Page> run = new ArrayList<>(List.of(first));
    int bytes = weightAt(first);
    int updates = first.updates().size();
    Page last = first;
    for (Page next = get(last.to()); next != null; next = get(last.to())) {
      bytes += weightAt(next);
      updates += next.updates().size();
      if (bytes > Page.MAX_BYTES
          || updates > Page.MAX_UPDATES
          || next.from() != last.to()
          || !next.isWhole()
          || next.damaged()
          || !next.lineage().equals(last.lineage())) {
        break;
      }
      run.add(next);
      last = next;
    }
    if (run.size() == 1) {
      return first;
    }
    List<Update> all = new ArrayList<>(updates);
    run.forEach(page -> all.addAll(page.updates()));
    Page gathered = new Page(last.lineage(), first.earliest(), first.from(), last.to(), all);
    put(gathered);
    return gathered;
  }

  private int weightAt(Page page) {
    Entry entry = byFrom.get(page.from());
    return entry == null ? page.weight() : entry.weight();
  }

  /**
   * Keeps a page in place of all that it covers. So no page lies within another, and the last one
   * that begins at or before a number is the one to look at.
   */
  synchronized void put(Page page) {
    Map.Entry<Long, Entry> before = byFrom.floorEntry(page.from());
    boolean covered = before != null && before.getValue().page().to() >= page.to();
    if (covered || page.to() == page.from()) {
      return;
    }
    Iterator<Entry> inside = byFrom.tailMap(page.from()).values().iterator();
    while (inside.hasNext()) {
      Entry next = inside.next();
      if (next.page().to() > page.to()) {
        break;
      }
      inside.remove();
      byUse.remove(next.page().from());
      bytes -= next.weight();
    }
    Entry entry = new Entry(page, page.weight() + OVERHEAD);
    byFrom.put(page.from(), entry);
    byUse.put(page.from(), entry);
    bytes += entry.weight();
    evict();
  }

  /** About how many bytes are held. */
  synchronized long bytes() {
    return bytes;
  }

  synchronized void clear() {
    byFrom.clear();
    byUse.clear();
    bytes = 0;
  }

  private void evict() {
    Iterator<Map.Entry<Long, Entry>> oldest = byUse.entrySet().iterator();
    while (bytes > mostBytes && oldest.hasNext()) {
      Map.Entry<Long, Entry> entry = oldest.next();
      oldest.remove();
      byFrom.remove(entry.getKey());
      bytes -= entry.getValue().weight();
    }
  }
}
