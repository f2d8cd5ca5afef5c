package dev.outpour.http.interest;

import dev.outpour.http.stream.UpdateSet;
import dev.outpour.loop.TurnBudget;
import dev.outpour.update.Page;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What groups want of the pages that their readers read, who are behind. A page is looked through
 * once for all who wait for it, in slices; pages take turns, so that one which costs much does not
 * hold up the others.
 *
 * <p>What is known is kept of the pages that were read last, up to a number of bytes; of what is
 * found for those who wait, until they have been served. For use on one event loop.
 */
public final class PageMatches<G extends Interested, S> {

  private static final int MOST_PAGES = 16;
  private static final long MOST_BYTES = 4L << 20;

  /** A reader, and the page of which is known what it wants. */
  public record Found<S>(S who, Page page) {}

  private final TopicIndex<G> index;
  private final Map<PageId, PageSearch<G, S>> pages = new LinkedHashMap<>(MOST_PAGES, 0.75f, true);

  /** Those of which something is asked, in the order of their turns. */
  private final Map<PageId, PageSearch<G, S>> asked = new LinkedHashMap<>();

  /** Who is to be served, of one page. */
  private Queue<S> found = new ArrayDeque<>();

  private @Nullable Page foundOf;

  /**
   * Knows nothing yet.
   *
   * @param index has all groups of the loop
   */
  public PageMatches(TopicIndex<G> index) {
    this.index = index;
  }

  /** What a group wants of a page; null if that is not known. */
  @Nullable
  public UpdateSet known(G group, Page page) {
    PageSearch<G, S> shares = pages.get(PageId.of(page));
    return shares == null ? null : shares.of(group);
  }

  /** What a group wants of a page; looked for at once if it is not known. */
  public UpdateSet of(G group, Page page) {
    UpdateSet known = known(group, page);
    if (known != null) {
      return known;
    }
    TopicIndex<G> alone = new TopicIndex<>();
    alone.add(group);
    PageMatching<G> matching = new PageMatching<>(alone, page, 0);
    while (!matching.run(new TurnBudget())) {
      // One group costs no more than a turn may.
    }
    return matching.wanted().getOrDefault(group, new UpdateSet(0));
  }

  /** Has a reader wait for what it wants of a page; see {@link #next}. */
  public void ask(S who, G group, Page page) {
    PageId id = PageId.of(page);
    PageSearch<G, S> known = asked.get(id);
    if (known == null) {
      known = pages.getOrDefault(id, new PageSearch<>(index, page));
      asked.put(id, known);
    }
    known.ask(who, group);
  }

  /** Whether somebody waits. */
  public boolean isAsked() {
    return !asked.isEmpty() || !found.isEmpty();
  }

  /** The next who is to be served, before others are looked for; null if there is none. */
  @Nullable
  public Found<S> next() {
    S who = found.poll();
    return who == null || foundOf == null ? null : new Found<>(who, foundOf);
  }

  /**
   * Gives the page whose turn it is a part of the time; all were served who were found before.
   *
   * @param failed who cannot be served, and why
   */
  public void run(TurnBudget budget, BiConsumer<S, Throwable> failed) {
    Iterator<Map.Entry<PageId, PageSearch<G, S>>> turns = asked.entrySet().iterator();
    if (!turns.hasNext()) {
      return;
    }
    Map.Entry<PageId, PageSearch<G, S>> turn = turns.next();
    PageSearch<G, S> shares = turn.getValue();
    turns.remove();
    List<S> served = List.of();
    try {
      served = shares.run(budget.part());
    } catch (Throwable e) {
      shares.release().forEach(stream -> failed.accept(stream, e));
      return;
    }
    if (served.isEmpty() || shares.isAsked()) {
      asked.put(turn.getKey(), shares);
    }
    if (!served.isEmpty()) {
      found = new ArrayDeque<>(served);
      foundOf = shares.page();
      keep(turn.getKey(), shares);
    }
  }

  private void keep(PageId id, PageSearch<G, S> shares) {
    pages.put(id, shares);
    Iterator<PageSearch<G, S>> oldest = pages.values().iterator();
    while (pages.size() > MOST_PAGES || (pages.size() > 1 && weight() > MOST_BYTES)) {
      oldest.next();
      oldest.remove();
    }
  }

  /** About how many bytes that takes what is known. */
  long weight() {
    return pages.values().stream().mapToLong(PageSearch::weight).sum();
  }

  /** Lets go of what is known of a group that has gone. */
  public void forget(G group) {
    pages.values().forEach(shares -> shares.forget(group));
  }

  /** Forgets what is known; who waits goes on to wait. */
  public void clear() {
    pages.clear();
  }
}
