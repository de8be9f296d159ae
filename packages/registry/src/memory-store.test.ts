import { registryCompliance } from "./compliance/suite.ts";
import { createMemoryRegistry } from "./memory-store.ts";

registryCompliance("memory", createMemoryRegistry);
