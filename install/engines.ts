import semver from 'semver';

/** What is read here of a package-lock.json; the rest stays as it is. */
export interface LockFile {
  packages: Record<string, LockedPackage>;
}

interface LockedPackage {
  version?: string;
  optional?: boolean;
  bin?: Record<string, string>;
  engines?: Record<string, string>;
}

/**
 * Compares what each package asks of Node with the Node that runs it: the one of `optionalDependencies`, whichever
 * platform's. npm compares it with the Node that happens to run npm, warns where that is older, and leaves optional
 * packages out without a word. So what the project's own Node satisfies is taken out of the lock file, which is what
 * npm reads; what it does not satisfy stays, and npm goes on warning of it.
 *
 * @returns a copy of the lock file
 */
export function withoutSatisfiedEngines<Lock extends LockFile>(lock: Lock): Lock {
  const ours = ownNodes(lock);
  const installers = lock.packages['']?.engines?.node ?? '*';
  const needsNoWarning = (range: string) =>
    !semver.subset(installers, range) && ours.every((version) => semver.satisfies(version, range));

  const copy = structuredClone(lock);
  for (const [path, entry] of Object.entries(copy.packages)) {
    if (path === '' || !entry.engines?.node || !needsNoWarning(entry.engines.node)) continue;
    delete entry.engines.node;
    if (Object.keys(entry.engines).length === 0) delete entry.engines;
  }
  return copy;
}

/** The versions of Node that the lock file pins, one for each platform. */
export function ownNodes({ packages }: LockFile): string[] {
  return Object.values(packages)
    .filter((entry) => entry.optional && entry.bin?.node)
    .map((entry) => entry.version!);
}
