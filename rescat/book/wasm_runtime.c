/* What the compiled models call and WebAssembly has not: memory for their arrays. */
#include <stdint.h>
#include <stdlib.h>

/* As numba counts it (numba/core/runtime/nrt.cpp), on 64 bits; an address has 32 here. */
typedef struct {
  int64_t references;
  void *destroy, *of_destroy, *data;
  uint64_t size;
} Memory;

Memory *NRT_MemInfo_alloc_aligned(int64_t size, uint32_t align) {
  Memory *memory = malloc(sizeof(Memory) + size + align);
  if (!memory) __builtin_trap();
  uintptr_t data = (uintptr_t)(memory + 1) + align - 1;
  *memory = (Memory){1, 0, 0, (void *)(data - data % align), size};
  return memory;
}

Memory *NRT_MemInfo_alloc(int64_t size) { return NRT_MemInfo_alloc_aligned(size, 16); }

void NRT_MemInfo_call_dtor(Memory *memory) { free(memory); }

void *NRT_Allocate(int64_t size) { return malloc(size); }

void NRT_Free(void *place) { free(place); }
