/*
 * Numbers as bytes, low byte first, whatever the machine.
 */
#ifndef PT_BASE_PACK_H
#define PT_BASE_PACK_H

#include <stdint.h>

static inline void pt_pack16(uint8_t *to, uint16_t n)
{
	to[0] = (uint8_t)n;
	to[1] = (uint8_t)(n >> 8);
}

static inline void pt_pack32(uint8_t *to, uint32_t n)
{
	pt_pack16(to, (uint16_t)n);
	pt_pack16(to + 2, (uint16_t)(n >> 16));
}

static inline uint16_t pt_unpack16(const uint8_t *from)
{
	return (uint16_t)(from[0] | from[1] << 8);
}

static inline uint32_t pt_unpack32(const uint8_t *from)
{
	return pt_unpack16(from) | (uint32_t)pt_unpack16(from + 2) << 16;
}

static inline void pt_pack64(uint8_t *to, uint64_t n)
{
	pt_pack32(to, (uint32_t)n);
	pt_pack32(to + 4, (uint32_t)(n >> 32));
}

static inline uint64_t pt_unpack64(const uint8_t *from)
{
	return pt_unpack32(from) | (uint64_t)pt_unpack32(from + 4) << 32;
}

#endif
