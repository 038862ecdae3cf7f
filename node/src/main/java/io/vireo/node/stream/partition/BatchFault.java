package io.vireo.node.stream.partition;

/** Why bytes are no batch that can be appended. */
public enum BatchFault {
    NONE,
    /** Fewer bytes than the smallest batch has. */
    TOO_SHORT,
    /** Its length is not that of the bytes. */
    LENGTH,
    /** None, or more messages than its bytes can hold. */
    COUNT,
    /** It has an offset or a timestamp already. */
    STAMPED,
    CHECKSUM,
    /** Its frames do not fill it, or are not as many as it says. */
    FRAMES
}
