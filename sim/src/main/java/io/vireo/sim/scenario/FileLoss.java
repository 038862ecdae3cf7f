package io.vireo.sim.scenario;

import io.vireo.journal.storage.Storage;
import io.vireo.sim.storage.DiskEvent;
import io.vireo.sim.storage.SimDisk;
import io.vireo.sim.time.EventQueue;

/** Takes a file away from a disk that no process uses, as an operator's mistake or a bad file system check does. */
final class FileLoss implements SimDisk.Watch, Storage.Completions {
    private static final long TOKEN = 1;

    private boolean isDone;

    private FileLoss() {}

    /** Removes the first file by name in this directory, durably; returns its name, null if there is none. */
    static String remove(final EventQueue queue, final SimDisk disk, final String directory) {
        final FileLoss loss = new FileLoss();
        disk.attach(loss);
        disk.list(TOKEN);
        loss.await(queue, disk);
        for (final String name : disk.listed()) {
            if (name.startsWith(directory)) {
                disk.delete(name, TOKEN);
                loss.await(queue, disk);
                disk.syncDirectory(TOKEN);
                loss.await(queue, disk);
                return name;
            }
        }
        return null;
    }

    private void await(final EventQueue queue, final SimDisk disk) {
        isDone = false;
        while (!isDone) {
            queue.step();
            disk.poll(this);
        }
    }

    @Override
    public boolean isAlive() {
        return true;
    }

    @Override
    public void on(final DiskEvent event) {
        // Nothing is aimed at this.
    }

    @Override
    public void onCompletion(final long token, final long result) {
        isDone = true;
    }

    @Override
    public void onFailure(final String message) {
        throw new IllegalStateException(message);
    }
}
