#include "storage/proofs/chain.hpp"

#include "base/crypto.hpp"

#include <algorithm>

namespace tidemark::storage {

Digest chain_hash(const Digest& previous, std::string_view unhashed) {
  return sha256({as_view(previous), unhashed});
}

Result<Digest> stored_hash(std::string_view record) {
  Digest hash{};
  if (record.size() < hash.size())
    return Error{"data_damaged", "a record is shorter than its hash"};
  std::copy_n(record.end() - static_cast<std::ptrdiff_t>(hash.size()), hash.size(), hash.begin());
  return hash;
}

Status ChainCheck::check(std::string_view record) {
  const auto expected = position_.value + 1;
  const auto bad = [&](const std::string& what) {
    return Error{"data_damaged", "position " + std::to_string(expected) + ": " + what};
  };
  const auto view = events::read_record(record, false);
  if (!view)
    return bad(view.error().text);
  const auto& envelope = view->envelope;
  if (envelope.position.value != expected)
    return bad("the record there says it is " + std::to_string(envelope.position.value));
  if (envelope.hash != chain_hash(head_, record.substr(0, record.size() - envelope.hash.size())))
    return bad("its hash does not follow from the one before; the event was changed, or an "
               "earlier one");
  if (envelope.recorded_at < recorded_at_)
    return bad("recorded_at goes backwards");
  if (envelope.epoch < epoch_)
    return bad("its epoch is lower than the one before: two writers");
  position_ = envelope.position;
  head_ = envelope.hash;
  recorded_at_ = envelope.recorded_at;
  epoch_ = envelope.epoch;
  return Done{};
}

} // namespace tidemark::storage
