#pragma once
#include "gateway/http/framing.hpp"

#include <string>

namespace tidemark::gateway {

/// Reads a chunked body (RFC 9112 7.1) strictly and piece by piece: hexadecimal sizes of at most 8
/// digits, CRLF everywhere, few extension bytes, no trailer fields.
class ChunkReader {
public:
  explicit ChunkReader(std::size_t body_bytes_max) : body_bytes_max_(body_bytes_max) {}

  /// Takes bytes from the front of `bytes`, appends content to `body`. Stops behind the last chunk;
  /// what is left in `bytes` then belongs to nobody.
  Refusal feed(std::string_view& bytes, std::string& body);
  bool done() const { return state_ == State::done; }

private:
  enum class State : std::uint8_t {
    size,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    last_cr,
    last_lf,
    done
  };
  Refusal step(char c);

  State state_ = State::size;
  int digits_ = 0;
  std::uint64_t size_ = 0;
  std::size_t extension_bytes_ = 0;
  std::size_t body_bytes_max_;
};

} // namespace tidemark::gateway
