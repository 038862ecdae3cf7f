package io.vireo.sim.launch;

import io.vireo.sim.SimProfile.Machine;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What is simulated, by its name. */
final class MachineConverter implements ITypeConverter<Machine> {
    @Override
    public Machine convert(final String value) {
        for (final Machine machine : Machine.values()) {
            if (machine.toString().equals(value)) {
                return machine;
            }
        }
        throw new TypeConversionException("'" + value + "' is none of "
                + Arrays.stream(Machine.values()).map(Machine::toString).collect(Collectors.joining(", ")));
    }
}
