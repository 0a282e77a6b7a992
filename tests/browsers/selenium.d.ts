/** Files of selenium-webdriver that its types know under other names, or not. */

declare module "selenium-webdriver/net/portprober.js" {
  export function findFreePort(host?: string): Promise<number>;
}

declare module "selenium-webdriver/remote/index.js" {
  export { DriverService } from "selenium-webdriver/remote";
}
