package io.vireo.node.launch;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What {@link SuiteUnderKills} has to know of a test; nothing where this is missing. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface UnderKills {
    /** True of one that runs in every build, and not only where a number of rounds is asked for. */
    boolean isShort() default false;

    /**
     * True of one that is about what a connection is to the cluster: a member of a consumer group, or a client with a number. When its node is
     * killed the cluster rightly takes that for gone, and the SDK connects again without a word: then any answer may be another one.
     */
    boolean isOfConnections() default false;
}
