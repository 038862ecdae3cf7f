package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.vireo.bootstrap.open.RecoveryStage;
import java.io.IOException;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** What the status says of an opening, while it runs and after. */
class OpeningStagesTest {
    private static final long MS = 1_000_000;

    private final OpeningStages stages = new OpeningStages();

    @Test
    void shouldSayHowFarTheStageIsWhileItOpens() throws IOException {
        stages.begin(RecoveryStage.SUPERBLOCK, "file=data", 10 * MS);
        assertEquals(5 * MS, stages.begin(RecoveryStage.SNAPSHOT, "sequence=7 view=3 text=x9", 15 * MS));
        assertEquals(
                "{\"opening\":{\"stage\":\"SNAPSHOT\",\"ms\":30,\"done\":2,\"total\":9,\"stages\":{\"superblock\":{\"ms\":5,"
                        + "\"sequence\":7,\"view\":3},\"snapshot\":{\"ms\":25}}}}",
                written(40 * MS, 2, 9));
    }

    @Test
    void shouldStandStillWhenTheOpeningIsOver() throws IOException {
        stages.begin(RecoveryStage.SUPERBLOCK, "file=data", 10 * MS);
        stages.begin(RecoveryStage.REFUSED, "it cannot be: copy=4 of=4", 12 * MS);
        final String after = written(20 * MS, 0, 0);
        assertEquals(
                "{\"opening\":{\"stage\":\"REFUSED\",\"ms\":2,\"stages\":{\"superblock\":{\"ms\":2,\"copy\":4,\"of\":4}}}}",
                after);
        assertEquals(after, written(1_000 * MS, 0, 0));
    }

    @Test
    void shouldBeginAnewWhenTheGroupOpensAgain() throws IOException {
        stages.begin(RecoveryStage.SUPERBLOCK, "file=data", 10 * MS);
        stages.begin(RecoveryStage.REFUSED, "", 12 * MS);
        assertEquals(0, stages.begin(RecoveryStage.SUPERBLOCK, "file=data", 100 * MS));
        assertEquals(
                "{\"opening\":{\"stage\":\"SUPERBLOCK\",\"ms\":1,\"stages\":{\"superblock\":{\"ms\":1}}}}",
                written(101 * MS, 0, 0));
    }

    private String written(final long nowNs, final long done, final long total) throws IOException {
        final StringWriter out = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.writeStartObject();
            stages.write(json, nowNs, done, total);
            json.writeEndObject();
        }
        return out.toString();
    }
}
