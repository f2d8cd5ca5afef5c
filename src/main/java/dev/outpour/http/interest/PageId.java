package dev.outpour.http.interest;

import dev.outpour.update.Page;

/**
 * Identifies what a page holds: two pages with the same one have the same updates at the same
 * places.
 *
 * <p>Numbers alone do not. A restored backup has other updates with the same numbers, and a page
 * that is read again lacks updates that were removed since.
 *
 * @param from the number before the first one covered
 * @param to the last number covered
 * @param epoch in which it ends
 * @param updates how many of them are retained
 */
public record PageId(long from, long to, String epoch, int updates) {

  public static PageId of(Page page) {
    return new PageId(
        page.from(), page.to(), page.lineage().at(page.to()).epoch(), page.updates().size());
  }
}
