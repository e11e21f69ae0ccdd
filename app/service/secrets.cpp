#include "app/service/secrets.hpp"

#include "app/service_log.hpp"

namespace tidemark::app {

Result<gateway::StoreKeyChange>
Secrets::rotate_store_key(const std::string& from, const SecretText& to, const std::string& by) {
  const std::lock_guard one(rotating_);
  TRY(next, storage::StoreKey::read(to.reveal()));
  // Asked for again after it was cut off, it goes on: the new key is in use by then.
  if (files_.key_id() != from && files_.key_id() != next.id())
    return Error{
        "store_key_wrong",
        "the service's secrets are sealed under "
            + (files_.key_id().empty() ? "no store key" : "the store key " + files_.key_id())
            + ", not under " + from};
  const auto id = next.id();
  TRY(sealed, files_.rotate(std::move(next)));
  log_line(Level::info, "store_key_rotated", {{"from", from}, {"to", id}, {"by", by}});
  return gateway::StoreKeyChange{from, id, sealed};
}

} // namespace tidemark::app
