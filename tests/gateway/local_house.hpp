#pragma once
#include "base/unix_socket.hpp"
#include "tests/gateway/house.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace tidemark::gateway::test {

/// A gateway that programs of this machine can ask.
class LocalHouse : public testing::Test {
protected:
  LocalHouse() : folder_(::mkdtemp(name_.data())) {}
  ~LocalHouse() override {
    house_.reset();
    std::filesystem::remove_all(folder_);
  }
  House& house(const std::function<void(GatewayOptions&)>& change = {}) {
    house_.reset();
    house_ = std::make_unique<House>([this, change](GatewayOptions& options) {
      options.socket_folder = folder_;
      if (change)
        change(options);
    });
    return *house_;
  }
  Client connect() const { return Client(connect_in(folder_, "control.sock")); }
  Reply get(std::string_view target, std::string_view headers = "") const {
    return connect().ask(request("GET", target, headers));
  }
  std::string path() const { return folder_ + "/control.sock"; }
  const std::string& folder() const { return folder_; }

private:
  std::string name_ = "/tmp/tidemark-gateway-XXXXXX";
  std::string folder_;
  std::unique_ptr<House> house_;
};

} // namespace tidemark::gateway::test
