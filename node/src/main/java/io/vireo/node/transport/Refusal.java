package io.vireo.node.transport;

import io.vireo.node.message.RejectReason;
import java.util.List;

/**
 * Why a HELLO or its answer is refused.
 *
 * @param reason what the REJECT states.
 * @param text for people; names what was found and what was expected.
 * @param addresses the right ones, where the caller knocked at a wrong door; else empty.
 */
record Refusal(RejectReason reason, String text, List<String> addresses) {}
