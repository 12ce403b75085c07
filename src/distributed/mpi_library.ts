/**
 * MPI libraries through Deno's foreign functions: Open MPI 4 and 5, MPICH 4, and those of the
 * standard ABI of MPI 5, by one table of signatures.
 *
 * @module
 */

/** Handles and constants. An int handle travels in the low half of the register. */
export interface Abi {
  readonly world: bigint;
  readonly byte: bigint;
  readonly float: bigint;
  readonly int: bigint;
  readonly sum: bigint;
  readonly max: bigint;
  readonly inPlace: bigint;
  readonly errorsReturn: bigint;
  readonly statusIgnore: bigint;
  /** MPI_THREAD_FUNNELED: calls come from the main thread only. */
  readonly funneled: number;
}

/** MPICH 4's mpi.h. */
const MPICH: Abi = {
  world: 0x44000000n,
  byte: 0x4c00010dn,
  float: 0x4c00040an,
  int: 0x4c000405n,
  sum: 0x58000003n,
  max: 0x58000001n,
  inPlace: 2n ** 64n - 1n,
  errorsReturn: 0x54000001n,
  statusIgnore: 1n,
  funneled: 1,
};

/** The MPI standard 5.0, appendix A. */
const STANDARD: Abi = {
  world: 0x101n,
  byte: 0x247n,
  float: 0x210n,
  int: 0x209n,
  sum: 0x21n,
  max: 0x23n,
  inPlace: 1n,
  errorsReturn: 0x143n,
  statusIgnore: 0n,
  funneled: 1024,
};

const handle = "usize";
const [i32, buffer] = ["i32", "buffer"] as const;
const ownSymbol = { type: "pointer", optional: true } as const;

const SYMBOLS = {
  MPI_Init_thread: { parameters: [handle, handle, i32, buffer], result: i32 },
  MPI_Barrier: { parameters: [handle], result: i32 },
  MPI_Finalize: { parameters: [], result: i32 },
  MPI_Abort: { parameters: [handle, i32], result: i32 },
  MPI_Error_string: { parameters: [i32, buffer, buffer], result: i32 },
  MPI_Comm_set_errhandler: { parameters: [handle, handle], result: i32 },
  MPI_Comm_rank: { parameters: [handle, buffer], result: i32 },
  MPI_Comm_size: { parameters: [handle, buffer], result: i32 },
  MPI_Get_library_version: { parameters: [buffer, buffer], result: i32 },
  MPI_Iallreduce: {
    parameters: [handle, buffer, i32, handle, handle, handle, buffer],
    result: i32,
  },
  MPI_Test: { parameters: [buffer, buffer, handle], result: i32 },
  MPI_Allreduce: { parameters: [handle, buffer, i32, handle, handle, handle], result: i32 },
  MPI_Allgather: { parameters: [buffer, i32, handle, buffer, i32, handle, handle], result: i32 },
  MPI_Allgatherv: {
    parameters: [buffer, i32, handle, buffer, buffer, buffer, handle, handle],
    result: i32,
  },
  MPI_Abi_get_version: { parameters: [buffer, buffer], result: i32, optional: true },
  ompi_mpi_comm_world: ownSymbol,
  ompi_mpi_byte: ownSymbol,
  ompi_mpi_float: ownSymbol,
  ompi_mpi_int: ownSymbol,
  ompi_mpi_op_sum: ownSymbol,
  ompi_mpi_op_max: ownSymbol,
  ompi_mpi_errors_return: ownSymbol,
} as const satisfies Deno.ForeignLibraryInterface;

/** A library that is open. */
export interface MpiLibrary {
  readonly symbols: Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];
  readonly abi: Abi;
  /** Has this process killed after so many seconds; 0 takes that back. */
  readonly alarm: (seconds: number) => void;
  /** The engine and its version, as it calls itself. */
  readonly engine: string;
}

/** RTLD_NOW, RTLD_GLOBAL and RTLD_NODELETE of glibc. */
const NOW_GLOBAL_NODELETE = 0x1102;

/** Opens a library by its name or path. */
export function openLibrary(name: string): MpiLibrary {
  // Deno unloads libraries at exit, under the threads and thread-local destructors that MPI leaves
  // behind: a segmentation fault. The C library keeps it.
  const libc = Deno.dlopen("libc.so.6", {
    dlopen: { parameters: [buffer, i32], result: "pointer" },
    alarm: { parameters: ["u32"], result: "u32" },
  });
  libc.symbols.dlopen(new TextEncoder().encode(`${name}\0`), NOW_GLOBAL_NODELETE);
  const { symbols } = Deno.dlopen(name, SYMBOLS);
  const text = new Uint8Array(8192); // MPI_MAX_LIBRARY_VERSION_STRING, of both
  const length = new Int32Array(1);
  symbols.MPI_Get_library_version(text, length);
  const version = new TextDecoder().decode(text.subarray(0, length[0]));
  return {
    symbols,
    abi: abiOf(symbols),
    alarm: libc.symbols.alarm,
    engine: version.split(/[\n,\0]/)[0]!.replace(/(\s|Version:)+/g, " "),
  };
}

function abiOf(symbols: MpiLibrary["symbols"]): Abi {
  if (symbols.ompi_mpi_comm_world) {
    const at = (symbol: Deno.PointerValue) => Deno.UnsafePointer.value(symbol);
    return {
      world: at(symbols.ompi_mpi_comm_world),
      byte: at(symbols.ompi_mpi_byte!),
      float: at(symbols.ompi_mpi_float!),
      int: at(symbols.ompi_mpi_int!),
      sum: at(symbols.ompi_mpi_op_sum!),
      max: at(symbols.ompi_mpi_op_max!),
      inPlace: 1n,
      errorsReturn: at(symbols.ompi_mpi_errors_return!),
      statusIgnore: 0n,
      funneled: 1,
    };
  }
  const [major, minor] = [new Int32Array([-1]), new Int32Array(1)];
  symbols.MPI_Abi_get_version?.(major, minor); // -1 where a library has it, but is not of it
  return major[0]! > 0 ? STANDARD : MPICH;
}
