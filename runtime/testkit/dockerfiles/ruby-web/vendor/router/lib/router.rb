class Router
  def initialize = @routes = {}
  def get(path, &answer) = @routes[path] = answer
  def call(path) = @routes.fetch(path) { -> { "no #{path}" } }.call
end
