#include "replay-tools/output.hpp"
#include "replay-tools/secrets/secret_commands.hpp"
#include "storage/sealing/store_key.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <iostream>
#include <iterator>

namespace tidemark::tools {
namespace {

Result<storage::StoreKey> key_in(const std::string& file) {
  TRY(key, storage::StoreKey::load(file));
  return std::move(*key); // a path is given
}

} // namespace

Result<int> init_store_key(const CommonOptions& common, const StoreKeyOptions& options) {
  const auto key = storage::StoreKey::make();
  TRYV(key.save(options.file));
  print(common.format,
        {{"store_key", key.id()}, {"file", options.file}, {"recovery_copy", key.text().reveal()}},
        fmt::format("{} holds the store key {}.\nThe recovery copy, shown this once; write it down "
                    "and keep it apart from data and backups,\nfor without the key no secret in "
                    "them can be read again:\n{}",
                    options.file, key.id(), key.text().reveal()));
  return exit_code::done;
}

Result<int> show_store_key_id(const CommonOptions& common, const StoreKeyOptions& options) {
  TRY(key, key_in(options.file));
  print(common.format, {{"store_key", key.id()}}, key.id());
  return exit_code::done;
}

Result<int> recover_store_key(const CommonOptions& common, const StoreKeyOptions& options) {
  const SecretText copy(
      std::string(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()));
  TRY(key, storage::StoreKey::read(copy.reveal()));
  TRYV(key.save(options.file));
  print(common.format, {{"store_key", key.id()}, {"file", options.file}},
        fmt::format("{} holds the store key {} again.", options.file, key.id()));
  return exit_code::done;
}

} // namespace tidemark::tools
