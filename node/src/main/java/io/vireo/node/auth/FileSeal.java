package io.vireo.node.auth;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.message.ChunkFlyweight;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Binds what is said about files to one connection, requests and answers: a MAC over the header, which names cluster, group, author,
 * command, checkpoint, file and range, by a key that both ends derived from their nonces. Of a snapshot the MAC covers the bytes too: its
 * own checksum is no defence against somebody who changes it, and it lists the SHA-256 of all else, which the bytes of a segment are compared
 * with. Which checkpoint there is at all is sealed in the same way. One per connection and thread; the HMAC of the JDK allocates a little at
 * each call, which files can bear.
 */
public final class FileSeal {
    static final String PURPOSE = "files";

    /** Bytes of a body that are hashed at a time. */
    private static final int PART = 4096;

    private static final int MAC_FROM = HeaderFlyweight.CHECKSUM_BODY_OFFSET;

    private final Mac mac;
    private final byte[] sentBy;
    private final byte[] receivedBy;
    private final byte[] header = new byte[HeaderFlyweight.HEADER_LENGTH];
    private final UnsafeBuffer view = new UnsafeBuffer(header);
    private final ChunkFlyweight flyweight = new ChunkFlyweight().wrap(view, 0);
    private final byte[] part = new byte[PART];
    private final byte[] computed = new byte[Hmac.LENGTH];
    private final byte[] stated = new byte[Hmac.LENGTH];
    private final Checksum checksum = new Checksum();

    FileSeal(final byte[] key, final LinkEnd here) {
        this.mac = Hmac.keyed(key);
        this.sentBy = new Transcript("file frame").put("author", here.label()).bytes();
        this.receivedBy =
                new Transcript("file frame").put("author", here.other().label()).bytes();
    }

    /** True for the frames that carry a MAC. */
    public static boolean isSealed(final Command command) {
        return command == Command.REQUEST_CHUNK
                || command == Command.CHUNK
                || command == Command.REQUEST_CHECKPOINT
                || command == Command.CHECKPOINT;
    }

    /** A copy of the header of an outgoing frame, which is all there, with its MAC; lent until the next call. */
    public UnsafeBuffer seal(final DirectBuffer frame, final int offset) {
        frame.getBytes(offset, header);
        compute(sentBy, frame, offset);
        System.arraycopy(computed, 0, header, ChunkFlyweight.MAC, Hmac.LENGTH);
        flyweight.sealWithBody(checksum, flyweight.checksumBodyLo(), flyweight.checksumBodyHi());
        return view;
    }

    /** True if the other end of this connection made this frame for it; a valid frame, with its body. */
    public boolean isAuthentic(final DirectBuffer frame, final int offset) {
        frame.getBytes(offset, header);
        System.arraycopy(header, ChunkFlyweight.MAC, stated, 0, Hmac.LENGTH);
        compute(receivedBy, frame, offset);
        return MessageDigest.isEqual(computed, stated);
    }

    /** True if a frame that needs none has no MAC: on a connection without a key. */
    public static boolean isBlank(final MutableDirectBuffer frame, final int offset) {
        for (int i = 0; i < ChunkFlyweight.MAC_LENGTH; i += Long.BYTES) {
            if (frame.getLong(offset + ChunkFlyweight.MAC + i) != 0) {
                return false;
            }
        }
        return true;
    }

    private void compute(final byte[] author, final DirectBuffer frame, final int offset) {
        Arrays.fill(header, ChunkFlyweight.MAC, ChunkFlyweight.MAC + Hmac.LENGTH, (byte) 0);
        mac.update(author);
        mac.update(header, MAC_FROM, HeaderFlyweight.HEADER_LENGTH - MAC_FROM);
        if (flyweight.command() == Command.CHUNK && flyweight.kind() == ChunkFlyweight.SNAPSHOT) {
            final int end = offset + (int) flyweight.size();
            for (int at = offset + HeaderFlyweight.HEADER_LENGTH; at < end; at += part.length) {
                final int length = Math.min(part.length, end - at);
                frame.getBytes(at, part, 0, length);
                mac.update(part, 0, length);
            }
        }
        try {
            mac.doFinal(computed, 0);
        } catch (final ShortBufferException e) {
            throw new IllegalStateException("a hash has " + Hmac.LENGTH + " bytes", e);
        }
    }
}
