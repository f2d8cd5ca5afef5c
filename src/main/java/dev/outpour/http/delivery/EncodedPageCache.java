package dev.outpour.http;

import dev.outpour.update.Page;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The framed pages of one event loop, up to a number of bytes and within the bound of the process:
 * a page is framed once for each form, however many groups want it, live or behind. For use on one
 * event loop.
 *
 * <p>Where the bound is reached, it lets go of all that no sweep is at. One page may always be
 * framed, so that the loop goes on.
 */
final class FrameCache implements Sheet.Room {

  private record Key(PageId page, EventFormat.Form form, Framing framing) {}

  private record Given(Sheet sheet, Group group) {}

  /** So many groups that are behind need not be looked up again. */
  private static final int MOST_GIVEN = 64;

  /** Each holds on to its page. */
  private static final int MOST_SHEETS = 32;

  private static final long IDLE_MILLIS = 10_000;

  private final Map<Key, Sheet> sheets = new LinkedHashMap<>(64, 0.75f, true);
  private final Map<Given, Frames> given = new LinkedHashMap<>();
  private final Shares shares;
  private final Backlog backlog;
  private final long mostBytes;

  /** What is used now, and is not let go of. */
  private @Nullable Sheet current;

  private long bytes;
  private long usedMillis;

  FrameCache(TopicIndex index, Backlog backlog, long mostBytes) {
    this.shares = new Shares(index);
    this.backlog = backlog;
    this.mostBytes = mostBytes;
  }

  /**
   * What a group gets of a page; to be used before anything else is asked of this.
   *
   * @throws NoRoom if there is no memory for it now
   */
  Frames get(Group group, Page page) {
    Share wanted = shares.of(group, page);
    if (wanted.size() == 0) {
      return Frames.NOTHING;
    }
    Sheet sheet = sheet(group, page);
    Given key = new Given(sheet, group);
    Frames known = given.get(key);
    if (known != null) {
      return known;
    }
    Frames made = use(sheet, () -> group.frame(sheet, wanted.of(page)));
    if (given.size() == MOST_GIVEN) {
      given.remove(given.keySet().iterator().next());
    }
    given.put(key, made);
    return made;
  }

  /** What groups want of pages. */
  Shares shares() {
    return shares;
  }

  /** A page in the form that a group wants; who keeps it has to retain it. */
  Sheet sheet(Group group, Page page) {
    usedMillis = Budget.nowMillis();
    Group.Want want = group.want();
    Key key = new Key(PageId.of(page), want.form(), want.framing());
    Sheet known = sheets.get(key);
    if (known == null) {
      known = new Sheet(page, want.form(), want.framing(), this);
      sheets.put(key, known);
    }
    return known;
  }

  /** Has a sheet framed further, which is not let go of meanwhile. */
  Frames use(Sheet sheet, Supplier<Frames> framing) {
    Sheet before = current;
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

  /** Lets go of the sheets used least recently that nobody is at. */
  private void dropUntil(long most, @Nullable Sheet except) {
    Iterator<Sheet> oldest = sheets.values().iterator();
    while ((bytes > most || sheets.size() > MOST_SHEETS) && oldest.hasNext()) {
      Sheet sheet = oldest.next();
      if (sheet != except && !sheet.isHeld()) {
        oldest.remove();
        drop(List.of(sheet));
      }
    }
  }

  private void drop(List<Sheet> dropped) {
    given.keySet().removeIf(each -> dropped.contains(each.sheet()));
    dropped.forEach(Sheet::release);
  }

  /** Lets go of what was not used for long; to be called now and then. */
  void tick() {
    if (!sheets.isEmpty() && Budget.nowMillis() - usedMillis >= IDLE_MILLIS) {
      clear();
    }
  }

  /** Lets go of all; who retains a sheet has it still. */
  void clear() {
    List<Sheet> all = new ArrayList<>(sheets.values());
    sheets.clear();
    given.clear();
    all.forEach(Sheet::release);
    shares.clear();
  }
}
