#include "storage/proofs/verify_chain.hpp"

#include "base/crypto.hpp"
#include "events/codec.hpp"
#include "storage/proofs/chain.hpp"

namespace tidemark::storage {
namespace {

constexpr std::uint64_t progress_every = 10'000;

Error bad(Position position, std::string_view what) {
  return {"data_damaged", "position " + std::to_string(position.value) + ": " + std::string(what)};
}

/// A webhook states hash and length of the body that is its attachment.
Status check_body(std::string_view record) {
  const auto header = events::read_header(record);
  if (!header || header->type != events::WebhookReceived::name)
    return Done{}; // the chain check has judged the record's form
  const auto view = events::read_record(record, false);
  const auto event = events::decode(header->type, view->payload);
  if (!event)
    return bad(header->position, event.error().text);
  const auto* const webhook = std::get_if<events::WebhookReceived>(&*event);
  if (webhook == nullptr || view->envelope.attachment_encoding == events::Encoding::sealed)
    return Done{};
  if (webhook->body_bytes != view->attachment.size()
      || webhook->body_sha256 != sha256_hex(view->attachment))
    return bad(header->position, "the stored body is not the one that was received");
  return Done{};
}

} // namespace

Result<IntegrityReport> verify_log(const LogStore& log,
                                   const std::function<void(Position)>& progress) {
  const auto tip = log.durable();
  IntegrityReport report;
  ChainCheck chain({}, {});
  Status good = Done{};
  const auto read = log.read({}, tip.value, [&](std::string_view record) {
    good = chain.check(record);
    if (good)
      good = check_body(record);
    if (!good)
      return false;
    report.events += 1;
    report.head = chain.head();
    if (progress && report.events % progress_every == 0)
      progress(chain.position());
    return true;
  });
  if (!read && read.error().code == "storage_failed")
    return read.error();
  if (!read || !good || report.events < tip.value) {
    report.first_bad = Position{report.events + 1};
    report.problem = !good ? good.error().text : !read ? read.error().text : "missing";
  }
  return report;
}

} // namespace tidemark::storage
