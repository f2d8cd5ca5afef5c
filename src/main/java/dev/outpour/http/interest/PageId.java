package dev.outpour.http.interest;

import dev.outpour.update.Page;

/**
 * What a page holds: two pages with the same one have the same updates at the same places.
 *
 * <p>Numbers alone do not say so. A restored backup has other updates of the same numbers, and a
 * page that is read anew lacks those that have been removed from its beginning since, or has them
 * again where a backup was restored.
 *
 * @param from the number before the first one covered
 * @param to the last number covered
 * @param epoch in which it ends
 * @param updates how many are retained of it
 */
public record PageId(long from, long to, String epoch, int updates) {

  public static PageId of(Page page) {
    return new PageId(
        page.from(), page.to(), page.lineage().at(page.to()).epoch(), page.updates().size());
  }
}
