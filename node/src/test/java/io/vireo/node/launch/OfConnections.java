package io.vireo.node.launch;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A test that is about what a connection is to the cluster: a member of a consumer group, or a client with a number. When its node is killed the
 * cluster rightly takes that for gone, and the SDK connects again without a word: then, for {@link SuiteUnderKills}, any answer may be another
 * one.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface OfConnections {}
