package dev.outpour.cluster;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in one line each who comes and goes, and when this node was cut off and is back. */
final class MembershipLog implements MembershipListener, LifecycleListener {

  private static final Logger log = LoggerFactory.getLogger(MembershipLog.class);

  @Override
  public void memberAdded(MembershipEvent event) {
    if (!event.getMember().localMember()) {
      log.info("Node {} is here, of {}", event.getMember().getAddress(), count(event));
    }
  }

  @Override
  public void memberRemoved(MembershipEvent event) {
    log.warn("Node {} is gone, {} left", event.getMember().getAddress(), count(event));
  }

  private static int count(MembershipEvent event) {
    return event.getMembers().size();
  }

  @Override
  public void stateChanged(LifecycleEvent event) {
    switch (event.getState()) {
      case MERGING -> log.warn("This node was cut off from the others, joining them again");
      case MERGED -> log.info("This node is one of the others again");
      case MERGE_FAILED -> log.error("This node could not join the others again, restart it");
      default -> {
        // Starting and stopping are said elsewhere.
      }
    }
  }
}
