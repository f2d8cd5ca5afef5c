package dev.outpour.http.delivery;

import dev.outpour.http.interest.PageId;
import dev.outpour.http.interest.PageMatches;
import dev.outpour.http.interest.TopicIndex;
import dev.outpour.http.stream.EncodedPage;
import dev.outpour.http.stream.NoRoom;
import dev.outpour.http.stream.PageBuffer;
import dev.outpour.http.stream.PendingWrites;
import dev.outpour.http.stream.TransferCoding;
import dev.outpour.http.stream.UpdateSet;
import dev.outpour.loop.TurnBudget;
import dev.outpour.sse.EventEncoder;
import dev.outpour.update.Page;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The encoded pages of one event loop, up to a number of bytes and within the bound of the process.
 * A page is encoded once for each form, however many groups want it, live or behind.
 *
 * <p>When the bound is reached, it evicts all pages that no delivery uses. One page may always be
 * encoded, so that the loop goes on. For use on one event loop.
 */
final class EncodedPageCache implements PageBuffer.Room {

  private record Key(PageId page, EventEncoder.Form form, TransferCoding framing) {}

  private record Given(PageBuffer sheet, InterestGroup group) {}

  /** For how many groups that are behind the result is kept. */
  private static final int MOST_GIVEN = 64;

  /** How many pages it holds at most: each keeps its updates in memory. */
  private static final int MOST_SHEETS = 32;

  private static final long IDLE_MILLIS = 10_000;

  private final Map<Key, PageBuffer> sheets = new LinkedHashMap<>(64, 0.75f, true);
  private final Map<Given, EncodedPage> given = new LinkedHashMap<>();
  private final PageMatches<InterestGroup, Subscriber> matches;
  private final PendingWrites backlog;
  private final long mostBytes;

  /** The page in use, which is not evicted. */
  private @Nullable PageBuffer current;

  private long bytes;
  private long usedMillis;

  EncodedPageCache(TopicIndex<InterestGroup> index, PendingWrites backlog, long mostBytes) {
    this.matches = new PageMatches<>(index);
    this.backlog = backlog;
    this.mostBytes = mostBytes;
  }

  /**
   * What a group gets of a page; to be used before this is asked for anything else.
   *
   * @throws NoRoom if there is no memory for it now
   */
  EncodedPage get(InterestGroup group, Page page) {
    UpdateSet wanted = matches.of(group, page);
    if (wanted.size() == 0) {
      return EncodedPage.NOTHING;
    }
    PageBuffer sheet = sheet(group, page);
    Given key = new Given(sheet, group);
    EncodedPage known = given.get(key);
    if (known != null) {
      return known;
    }
    EncodedPage made = use(sheet, () -> group.frame(sheet, wanted.of(page)));
    if (given.size() == MOST_GIVEN) {
      given.remove(given.keySet().iterator().next());
    }
    given.put(key, made);
    return made;
  }

  /** What groups want of pages. */
  PageMatches<InterestGroup, Subscriber> matches() {
    return matches;
  }

  /** A page in the form that a group wants; a caller that keeps it has to retain it. */
  PageBuffer sheet(InterestGroup group, Page page) {
    usedMillis = TurnBudget.nowMillis();
    InterestGroup.Want want = group.want();
    Key key = new Key(PageId.of(page), want.form(), want.framing());
    PageBuffer known = sheets.get(key);
    if (known == null) {
      known = new PageBuffer(page, want.form(), want.framing(), this);
      sheets.put(key, known);
    }
    return known;
  }

  /** Encodes more of a page, which is not evicted meanwhile. */
  EncodedPage use(PageBuffer sheet, Supplier<EncodedPage> framing) {
    PageBuffer before = current;
    current = sheet;
    try {
      return framing.get();
    } finally {
      current = before;
      dropUntil(mostBytes, sheet);
    }
  }

  @Override
  public void take(long length) {
    if (!backlog.tryAdd(length)) {
      dropUntil(0, current);
      if (!backlog.tryAdd(length)) {
        if (bytes > (current == null ? 0 : current.taken())) {
          throw new NoRoom();
        }
        backlog.add(length);
      }
    }
    bytes += length;
  }

  @Override
  public void takeAnyway(long length) {
    bytes += length;
    backlog.add(length);
  }

  @Override
  public void give(long length) {
    bytes -= length;
    backlog.remove(length);
  }

  /** Evicts the least recently used pages that nobody retains. */
  private void dropUntil(long most, @Nullable PageBuffer except) {
    Iterator<PageBuffer> oldest = sheets.values().iterator();
    while ((bytes > most || sheets.size() > MOST_SHEETS) && oldest.hasNext()) {
      PageBuffer sheet = oldest.next();
      if (sheet != except && !sheet.isHeld()) {
        oldest.remove();
        drop(List.of(sheet));
      }
    }
  }

  private void drop(List<PageBuffer> dropped) {
    given.keySet().removeIf(each -> dropped.contains(each.sheet()));
    dropped.forEach(PageBuffer::release);
  }

  /** Evicts all if nothing was used for long; to be called now and then. */
  void tick() {
    if (!sheets.isEmpty() && TurnBudget.nowMillis() - usedMillis >= IDLE_MILLIS) {
      clear();
    }
  }

  /** Evicts all; pages that were retained stay usable. */
  void clear() {
    List<PageBuffer> all = new ArrayList<>(sheets.values());
    sheets.clear();
    given.clear();
    all.forEach(PageBuffer::release);
    matches.clear();
  }
}
