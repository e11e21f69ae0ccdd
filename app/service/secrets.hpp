#pragma once
#include "gateway/ports.hpp"
#include "storage/sealing/secret_files.hpp"

#include <mutex>

namespace tidemark::app {

/// The secrets of the running service. Called from several threads.
class Secrets final : public gateway::SecretsPort {
public:
  explicit Secrets(storage::SecretFiles files) : files_(std::move(files)) {}

  Result<gateway::StoreKeyChange> rotate_store_key(const std::string& from, const SecretText& to,
                                                   const std::string& by) override;

private:
  storage::SecretFiles files_;
  std::mutex rotating_; ///< one at a time
};

} // namespace tidemark::app
