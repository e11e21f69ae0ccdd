#include "gateway/http/chunked.hpp"

#include <algorithm>

namespace tidemark::gateway {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

} // namespace

Refusal ChunkReader::step(char c) {
  const auto expect = [&](char wanted, State next) {
    state_ = next;
    return c == wanted ? Refusal::none : Refusal::bad_chunk;
  };
  switch (state_) {
  case State::size:
    if (const int value = hex_value(c); value >= 0) {
      size_ = size_ * 16 + static_cast<std::uint64_t>(value);
      return ++digits_ > 8 ? Refusal::bad_chunk : Refusal::none;
    }
    if (digits_ == 0)
      return Refusal::bad_chunk;
    if (c == ';') {
      state_ = State::extension;
      return Refusal::none;
    }
    return expect('\r', State::size_lf);
  case State::extension:
    if (c == '\r') {
      state_ = State::size_lf;
      return Refusal::none;
    }
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F)
      return Refusal::bad_chunk;
    return ++extension_bytes_ > chunk_extension_bytes_max ? Refusal::chunk_extension_too_long
                                                          : Refusal::none;
  case State::size_lf:
    return expect('\n', size_ == 0 ? State::last_cr : State::data);
  case State::data_cr:
    return expect('\r', State::data_lf);
  case State::data_lf:
    digits_ = 0;
    return expect('\n', State::size);
  case State::last_cr: // anything but the blank line would be a trailer field
    return expect('\r', State::last_lf) == Refusal::none ? Refusal::none : Refusal::trailers;
  case State::last_lf:
    return expect('\n', State::done);
  case State::data:
  case State::done:
    break;
  }
  return Refusal::bad_chunk;
}

Refusal ChunkReader::feed(std::string_view& bytes, std::string& body) {
  while (!bytes.empty() && state_ != State::done) {
    if (state_ == State::data) {
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(size_, bytes.size()));
      body.append(bytes.substr(0, count));
      bytes.remove_prefix(count);
      size_ -= count;
      if (size_ == 0)
        state_ = State::data_cr;
      continue;
    }
    const auto refusal = step(bytes.front());
    if (refusal != Refusal::none)
      return refusal;
    bytes.remove_prefix(1);
    if (state_ == State::data && size_ > body_bytes_max_ - std::min(body_bytes_max_, body.size()))
      return Refusal::body_too_large;
  }
  return Refusal::none;
}

} // namespace tidemark::gateway
