package dev.outpour.cluster;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs which nodes join and leave, and when this node was cut off and is back. */
final class MembershipLog implements MembershipListener, LifecycleListener {

  private static final Logger log = LoggerFactory.getLogger(MembershipLog.class);

  @Override
  public void memberAdded(MembershipEvent event) {
    if (!event.getMember().localMember()) {
      log.info("Node {} joined, {} nodes now", event.getMember().getAddress(), count(event));
    }
  }

  @Override
  public void memberRemoved(MembershipEvent event) {
    log.warn("Node {} left, {} nodes now", event.getMember().getAddress(), count(event));
  }

  private static int count(MembershipEvent event) {
    return event.getMembers().size();
  }

  @Override
  public void stateChanged(LifecycleEvent event) {
    switch (event.getState()) {
      case MERGING -> log.warn("This node was cut off from the others, and joins them again");
      case MERGED -> log.info("This node is in the cluster again");
      case MERGE_FAILED -> log.error("This node could not join the cluster again: restart it");
      default -> {
        // Start and stop are logged elsewhere.
      }
    }
  }
}
