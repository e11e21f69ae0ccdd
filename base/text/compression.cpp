#include "base/text/compression.hpp"

#include "base/bytes.hpp"

#include <lz4.h>

namespace tidemark {
namespace {

constexpr std::size_t size_bytes = 4;        // u32, of the plain text
constexpr std::uint32_t ratio_max = 255;     // no LZ4 block becomes more: bounds what is allocated
constexpr std::uint32_t shortest_block = 64; // beside the ratio, for the short ones

} // namespace

std::string compress(std::string_view plain) {
  const auto size = static_cast<int>(plain.size());
  std::string out;
  append_u32(out, static_cast<std::uint32_t>(plain.size()));
  out.resize(size_bytes + static_cast<std::size_t>(LZ4_compressBound(size)));
  const int packed = LZ4_compress_default(plain.data(), out.data() + size_bytes, size,
                                          static_cast<int>(out.size() - size_bytes));
  out.resize(size_bytes + static_cast<std::size_t>(packed));
  out.shrink_to_fit();
  return out;
}

std::optional<std::string> decompress(std::string_view packed) {
  if (packed.size() < size_bytes)
    return std::nullopt;
  const auto size = read_u32(packed);
  packed.remove_prefix(size_bytes);
  if (size > packed.size() * ratio_max + shortest_block)
    return std::nullopt;
  std::string out(size, '\0');
  const int written = LZ4_decompress_safe(
      packed.data(), out.data(), static_cast<int>(packed.size()), static_cast<int>(out.size()));
  if (written < 0 || static_cast<std::uint32_t>(written) != size)
    return std::nullopt;
  return out;
}

} // namespace tidemark
